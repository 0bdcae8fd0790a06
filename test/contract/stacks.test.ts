/**
 * One suite over every derived stack: it answers the contract, it is of its model, and it leaves nothing behind.
 * A new definition is covered by it with no test written for it. LAB_ALL_STACKS=1 takes every stack instead of a
 * pairwise cover.
 */
import { describe, expect, test } from 'vitest';
import { launchStack } from '../../runner/launch/launch.ts';
import { verifyStack } from '../../runner/verify/verify.ts';
import absences from '../expected-absences.json' with { type: 'json' };
import { pairwiseCover } from '../helpers/cover.ts';
import { CAPACITY, EXPECTS_ALL, LIMITS, surveyTestWorld } from '../helpers/world.ts';

const world = await surveyTestWorld();
const chosen = process.env.LAB_ALL_STACKS === '1' ? world.stacks : pairwiseCover(world.stacks);

/** What is not there, apart from combinations that a definition refuses for good. */
const missing = world.exclusions.filter(({ remedy }) => remedy !== null);
for (const { what, reason, remedy } of missing) {
  console.warn(`not here: ${what}: ${reason}. Remedy: ${remedy}`);
}

describe('what this machine can run', () => {
  test('four models can be compared with nothing installed but Node', () => {
    const models = world.stacks
      .filter(({ record }) => record.host === 'gateway' && record.app === 'node-bare')
      .map(({ record }) => record.model);
    expect(new Set(models)).toEqual(new Set(['cgi', 'daemon', 'embedded', 'pool']));
  });

  test.runIf(EXPECTS_ALL)('is everything, but for the committed list of expected absences', () => {
    expect(missing.map(({ what }) => what).sort()).toEqual(absences.map(({ what }) => what).sort());
  });
});

describe.concurrent('every stack answers the contract, is of its model, and leaves nothing behind', () => {
  test.each(chosen.map((stack) => [stack.record.name, stack] as const))('%s', async (_name, stack) => {
    const signal = AbortSignal.timeout(110_000);
    await using launched = await launchStack({
      stack,
      tools: world.tools,
      capacity: CAPACITY,
      limits: LIMITS,
      user: world.user,
      signal,
    });
    const verification = await verifyStack({
      stack,
      endpoint: launched.endpoint,
      groups: launched.groups,
      extent: 'full',
      capacity: CAPACITY,
      signal,
    });
    const findings = [...(await launched.inspect()), ...(await launched.stop(null))];
    expect(verification.checks.filter((check) => !check.ok)).toEqual([]);
    expect(verification.checks.some((check) => check.comparison === 'model')).toBe(true);
    expect(findings.filter((each) => each.severity === 'invalid')).toEqual([]);
  });
});
