/** Whether a launched stack is what it says, and what its answers must be under load. */
import { LabError } from '../../core/errors.ts';
import { finding } from '../../results/schema/findings.ts';
import type { Workload } from '../../scenarios/define.ts';
import { type Expected, expectedAnswer } from '../../servers/contract.ts';
import type { Stack } from '../stack.ts';
import type { Golden } from '../verify/own/golden.ts';
import { expectedOwn, type OwnAnswers } from '../verify/own/verify-own.ts';
import { verifyStack } from '../verify/verify.ts';
import type { OpenTrial } from './open-trial.ts';

/**
 * The contract and the model, noted whatever comes out.
 * @throws LabError E_CONTRACT, E_MODEL when the stack is not what it says
 */
export async function verifyTrial(
  { stack, launched, notes, x }: OpenTrial,
  extent: 'full' | 'spot',
): Promise<void> {
  const { endpoint, groups } = launched;
  const verification = await verifyStack({
    stack,
    endpoint,
    groups,
    extent,
    capacity: x.capacity,
    signal: x.signal,
    ...(x.golden === null ? {} : { own: ownAnswers(x.golden, stack, launched.site.dir) }),
  });
  notes.verifications.push(verification);
  if (verification.ok) return;
  const bad = verification.checks.filter((check) => !check.ok);
  const isModel = bad.every((check) => check.comparison === 'model');
  const evidence = bad.map((check) => `${check.check}: ${check.detail ?? 'differs'}`).join('\n');
  notes.findings.push(finding(isModel ? 'model-not-proved' : 'contract-broken', evidence));
  throw new LabError(
    isModel ? 'E_MODEL' : 'E_CONTRACT',
    bad[0]?.detail ?? 'the stack does not answer as it should',
    {
      facts: { checks: verification.checks.length, failed: bad.length, first: bad[0]?.check ?? '' },
      hint: `\`lab verify ${stack.record.name}\` shows every difference.`,
    },
  );
}

/** What the driver compares answers with; for an adopted app an answer of this very launch, found to be right. */
export async function expectationOf(
  request: Workload['request'],
  { stack, launched: { endpoint, site }, x: { golden, signal } }: OpenTrial,
): Promise<Expected> {
  if (golden === null) return expectedAnswer(request);
  return await expectedOwn({ endpoint, request, signal, own: ownAnswers(golden, stack, site.dir) });
}

const ownAnswers = (golden: Golden, { app }: Stack, siteDir: string): OwnAnswers => ({
  golden,
  masks: app.adopted?.masks ?? [],
  siteDir,
});
