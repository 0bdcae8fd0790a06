/** What the steps of one trial share. */
import type { Finding } from '../../results/schema/finding.ts';
import type { Observation } from '../../results/schema/observation.ts';
import type {
  BaselineRecord,
  PlannedTrial,
  TrialRecord,
  Verification,
} from '../../results/schema/records.ts';
import type { Workload } from '../../scenarios/define.ts';
import type { Capacity, Limits, MeasuredUser, Tools } from '../../servers/define.ts';
import type { LaunchedStack } from '../launch/launch.ts';
import type { Driver } from '../load/driver.ts';
import type { TrialStage } from '../progress-event.ts';
import type { Stack } from '../stack.ts';
import type { Golden } from '../verify/own/golden.ts';

export interface TrialContext {
  readonly tools: Tools;
  readonly user: MeasuredUser | null;
  readonly capacity: Capacity;
  readonly limits: Limits;
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly driver: Driver;
  readonly cores: number;
  readonly signal: AbortSignal;
  /** Where the trial's logs are kept. */
  readonly logDir: string;
  /** Verify the whole contract and the model; otherwise three routes. */
  readonly verifyFully: boolean;
  /** The right answers of an adopted app; null for every other. */
  readonly golden: Golden | null;
  readonly onStage: (stage: TrialStage, detail: string | null) => void;
  readonly onConfigs: (configs: readonly { path: string; content: string }[]) => void;
}

export interface TrialResult {
  readonly record: TrialRecord;
  readonly baselines: readonly BaselineRecord[];
}

/** A trial whose stack answers. */
export interface OpenTrial {
  readonly planned: PlannedTrial;
  readonly stack: Stack;
  readonly launched: LaunchedStack;
  readonly notes: Notes;
  readonly x: TrialContext;
}

/** What a trial has found out so far: kept when a later step fails. */
export class Notes {
  stage: TrialStage = 'launch';
  startUp: TrialRecord['startUp'] = null;
  processes: TrialRecord['processes'] = null;
  heldProcessPssBytes: number | null = null;
  readonly verifications: Verification[] = [];
  unequal: string[] = [];
  behaviour: TrialRecord['behaviour'] = null;
  readonly observations: Observation[] = [];
  readonly findings: Finding[] = [];
  readonly baselines: BaselineRecord[] = [];

  enter(stage: TrialStage, x: TrialContext, detail: string | null = null): void {
    this.stage = stage;
    x.onStage(stage, detail);
  }
}
