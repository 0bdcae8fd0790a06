import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { Health } from '../../../../runner/launch/health.ts';
import type { StackGroups } from '../../../../runner/process/group.ts';
import { fakeGroups } from '../account/fake-groups.ts';

const idle = { host: { cpuUs: [0] }, backend: { cpuUs: [0] } };
const healthOf = (groups: StackGroups, siteDir = tmpdir()) =>
  new Health({ programs: [], groups, comeAndGo: false, siteDir });

const withKills = (count: number): StackGroups => {
  const groups = fakeGroups(idle);
  return {
    ...groups,
    group: (role) => ({ ...groups.group(role), oomKills: async () => (role === 'backend' ? count : 0) }),
  };
};

test('a process that the kernel killed for memory is found by its group’s counter', async () => {
  expect(await healthOf(withKills(0)).inspect()).toEqual([]);
  expect(await healthOf(withKills(1)).inspect()).toMatchObject([{ code: 'oom-killed', severity: 'invalid' }]);
});

// /proc is a file system without free space that every Linux has.
test.skipIf(process.platform !== 'linux')('a site on a full disk is found', async () => {
  expect(await healthOf(fakeGroups(idle)).inspect()).toEqual([]);
  expect(await healthOf(fakeGroups(idle), '/proc').inspect()).toMatchObject([
    { code: 'no-space', severity: 'invalid' },
  ]);
});
