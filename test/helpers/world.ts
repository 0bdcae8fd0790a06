import type { Exclusion } from '../../results/schema/stack.ts';
import { deriveStacks } from '../../runner/plan/derive.ts';
import { discoverTools } from '../../runner/process/tools.ts';
import { measuredUser } from '../../runner/process/user.ts';
import type { Stack } from '../../runner/stack.ts';
import type { Limits, MeasuredUser, Tools } from '../../servers/define.ts';
import { loadRegistry } from '../../servers/registry.ts';

export interface TestWorld {
  readonly stacks: readonly Stack[];
  readonly exclusions: readonly Exclusion[];
  readonly tools: Tools;
  readonly user: MeasuredUser | null;
}

export const LIMITS: Limits = { requestTimeoutMs: 60_000, bodyBytes: 64 * 1024 * 1024 };
export const CAPACITY = { processes: 2, threads: 8 };

/** What this machine can really run. */
export async function surveyTestWorld(): Promise<TestWorld> {
  const [registry, tools] = await Promise.all([loadRegistry(), discoverTools()]);
  return { ...deriveStacks(registry, tools), tools, user: measuredUser() };
}

/** Where everything is expected (CI), a skip is a failure. */
export const EXPECTS_ALL = process.env.LAB_EXPECT_ALL === '1';
