/** Bare programs run by themselves in the same run, one value per round. */
import type { BaselineRecord } from '../schema/records.ts';
import { estimateAsIs, estimateInLogs } from './estimate.ts';
import type { BaselineSummary, Estimate } from './model.ts';

/** By name and app, in the order in which they were first measured. */
export function summariseBaselines(records: readonly BaselineRecord[]): readonly BaselineSummary[] {
  const groups = new Map<string, [BaselineRecord, ...BaselineRecord[]]>();
  for (const record of records) {
    const key = JSON.stringify([record.name, record.app]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  return [...groups.values()].map((group) => ({
    name: group[0].name,
    app: group[0].app,
    cpuUsPerExec: estimate(group.map(({ cpuUsPerExec }) => cpuUsPerExec)),
    wallUsPerExec: estimate(group.map(({ wallUsPerExec }) => wallUsPerExec)),
  }));
}

/** In logs; as it is when a clock of 10 ms ticks saw nothing of a short program. */
function estimate(values: readonly number[]): Estimate {
  return estimateInLogs(values) ?? estimateAsIs(values) ?? { point: 0, low: null, high: null, n: 0 };
}
