import { expect, test } from 'vitest';
import { candidatePlaces } from '../../../../runner/process/cgroup-place.ts';

const HYBRID = `31 23 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
32 23 0:28 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
33 23 0:29 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw`;

test('on a hybrid machine version 2 comes first, though it delegates no controller', () => {
  expect(candidatePlaces(HYBRID, '4:memory:/x\n2:cpu,cpuacct:/\n0::/\n')).toEqual([
    { source: 'cgroup2', parent: '/sys/fs/cgroup/unified' },
    { source: 'cgroup1', parent: '/sys/fs/cgroup/cpu,cpuacct' },
  ]);
});

test('a delegated subtree, which is our own group, comes before the root', () => {
  const mounts = '30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate';
  const own = '0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-u1.scope\n';
  expect(candidatePlaces(mounts, own)).toEqual([
    {
      source: 'cgroup2',
      parent: '/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/run-u1.scope',
    },
    { source: 'cgroup2', parent: '/sys/fs/cgroup' },
  ]);
});

test('a mount that shows only a part of the hierarchy is entered at that part', () => {
  const mounts = '30 23 0:26 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup rw';
  expect(candidatePlaces(mounts, '0::/docker/abc/inner\n')[0]).toEqual({
    source: 'cgroup2',
    parent: '/sys/fs/cgroup/inner',
  });
  expect(candidatePlaces(mounts, '0::/elsewhere\n')).toEqual([
    { source: 'cgroup2', parent: '/sys/fs/cgroup' },
  ]);
});

test('a machine without control groups has no place', () => {
  expect(candidatePlaces('22 1 0:20 / /proc rw - proc proc rw', '')).toEqual([]);
});
