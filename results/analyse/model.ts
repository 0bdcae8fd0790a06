/** What analysis yields: everything a dashboard shows, derived from run records and nothing else. */
import type { Workload } from '../../scenarios/define.ts';
import type { SeenBehaviour } from '../schema/behaviour.ts';
import type { Finding } from '../schema/finding.ts';
import type { Check, EndRecord, Failure, Manifest, Plan } from '../schema/records.ts';
import type { CellKey, Exclusion, StackRecord } from '../schema/stack.ts';

/**
 * A number with its 95 % interval. `low` and `high` are null below 3 launches (a mark without an interval).
 * n is the number of launches, never of requests.
 */
export interface Estimate {
  readonly point: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
}

/** Figures of a cell. Each is reduced to one number per launch before anything else. */
export const CELL_METRICS = [
  'throughputPerSec',
  'cpuUsPerRequest',
  'requestsPerCoreSec',
  'meanUs',
  'p50Us',
  'p90Us',
  'p99Us',
  'p999Us',
  'maxUs',
  'pssBytes',
  'tasksPerRequest',
] as const;
export type CellMetric = (typeof CELL_METRICS)[number];

/** A finding, and in how many of a cell's launches it stood. */
export interface FindingTally {
  readonly finding: Finding;
  readonly launches: number;
}

export type Verdict = 'ok' | 'suspect' | 'invalid' | 'missing';

export interface CellSummary {
  readonly id: string;
  readonly cell: CellKey;
  readonly scenarios: readonly string[];
  readonly workload: Workload;
  /** Launches whose window counts. */
  readonly launches: number;
  /** ok and suspect have metrics; invalid and missing have a reason instead. */
  readonly verdict: Verdict;
  readonly reason: string | null;
  readonly findings: readonly FindingTally[];
  /** null: not measured, or too few samples for the quantile (n·(1−q) < 10 requests). */
  readonly metrics: Readonly<Record<CellMetric, Estimate | null>>;
  /** throughput is a lower bound: show it with ≥. */
  readonly throughputIsBound: boolean;
  /** CPU per request by role. */
  readonly cpuByRole: { readonly host: Estimate | null; readonly backend: Estimate | null };
  readonly accountSource: 'cgroup2' | 'cgroup1' | 'proc' | null;
  /** Requests completed over all launches. */
  readonly requests: number;
  /** [quantile 0…1, µs] of the pooled histogram, for drawing the percentile curve. */
  readonly percentileCurve: readonly (readonly [quantile: number, latencyUs: number])[];
}

export interface StackSummary {
  readonly stack: StackRecord;
  readonly planned: number;
  readonly completed: number;
  /** The first failure, when some launch failed. */
  readonly failure: Failure | null;
  readonly firstAnswerMs: Estimate | null;
  readonly warmMs: Estimate | null;
  /** Distinct processes ÷ requests in the planned `/who` series, over all launches. */
  readonly processes: {
    readonly requests: number;
    readonly distinct: number;
    readonly perRequest: number;
  } | null;
  /** PSS: of the group when resident; of one held process for cgi (to be multiplied by concurrency). */
  readonly heldProcessPssBytes: Estimate | null;
  /** Settings that could not be made equal to other stacks'. */
  readonly unequal: readonly string[];
  /** What it was seen to do beside the contract; null: never looked at. */
  readonly behaviour: readonly SeenBehaviour[] | null;
  /** The full verification's checks: the proof of contract and model. */
  readonly checks: readonly Check[];
  readonly findings: readonly FindingTally[];
}

/** A ratio of two cells, paired by round. */
export interface Comparison {
  readonly metric: CellMetric;
  readonly base: string;
  readonly other: string;
  /** other ÷ base */
  readonly ratio: Estimate;
  /** By the interval against the tie margin (3 %): `tie` lies within, `inconclusive` neither. */
  readonly outcome: 'more' | 'less' | 'tie' | 'inconclusive';
}

/** One part of what a process per request costs. */
export interface OverheadPart {
  readonly name: 'serving a file' | 'fork + exec + pipe' | 'starting interpreter and app';
  /** How it was obtained, with cell ids: `floor − files`. */
  readonly from: string;
  readonly cpuUs: Estimate | null;
  readonly latencyUs: Estimate | null;
}

/** The cost of a process per request for one app on one host, against the same app resident. */
export interface ForkOverhead {
  readonly host: string;
  readonly app: string;
  readonly workload: string;
  readonly cgiCell: string;
  readonly floorCell: string | null;
  readonly filesCell: string | null;
  readonly parts: readonly OverheadPart[];
  readonly totalCpuUs: Estimate | null;
  readonly totalLatencyUs: Estimate | null;
  /** The same app, on the same host, kept alive: one entry per stack, cheapest first. */
  readonly resident: readonly {
    readonly cellId: string;
    readonly cpuUs: Estimate | null;
    readonly latencyUs: Estimate | null;
    /** CGI ÷ this, CPU per request. */
    readonly cpuRatio: Estimate | null;
    readonly latencyRatio: Estimate | null;
  }[];
}

/** A bare program run by itself in the same run. */
export interface BaselineSummary {
  readonly name: string;
  readonly app: string | null;
  readonly cpuUsPerExec: Estimate;
  readonly wallUsPerExec: Estimate;
}

export interface Analysis {
  readonly manifest: Manifest;
  readonly plan: Plan;
  readonly end: EndRecord | null;
  readonly roundsDone: number;
  readonly cells: readonly CellSummary[];
  readonly stacks: readonly StackSummary[];
  readonly comparisons: readonly Comparison[];
  readonly overheads: readonly ForkOverhead[];
  readonly baselines: readonly BaselineSummary[];
  readonly exclusions: readonly Exclusion[];
  /** Records of the journal that could not be read: byte offset and reason. */
  readonly damage: readonly { readonly offset: number; readonly reason: string }[];
}
