/** What a run tells whoever watches it. Events are facts; only the command line turns them into text. */
import type { Plan, TrialRecord } from '../results/schema/records.ts';

export type TrialStage = 'launch' | 'verify' | 'warm-up' | 'measure' | 'stop';

export type ProgressEvent =
  | { readonly kind: 'planned'; readonly plan: Plan; readonly runDir: string }
  | { readonly kind: 'round-start'; readonly round: number; readonly rounds: number }
  | {
      readonly kind: 'trial-start';
      readonly id: string;
      readonly stack: string;
      /** Trials finished so far, and of how many. */
      readonly done: number;
      readonly total: number;
      readonly expectedMs: number;
    }
  | {
      readonly kind: 'trial-stage';
      readonly id: string;
      readonly stage: TrialStage;
      /** Workload, when the stage is `measure`. */
      readonly detail: string | null;
    }
  | {
      readonly kind: 'trial-end';
      readonly record: TrialRecord;
      readonly done: number;
      readonly total: number;
      readonly remainingMs: number;
    }
  | { readonly kind: 'notice'; readonly text: string }
  | {
      readonly kind: 'run-end';
      readonly runDir: string;
      readonly state: 'complete' | 'interrupted' | 'budget' | 'failed';
      readonly reason: string | null;
    };
