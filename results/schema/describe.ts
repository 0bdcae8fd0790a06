/** `docs/results-format.md`, made from the schemas. Pure; a unit test holds the committed file to it. */
import { z } from 'zod';
import { rowsOf } from './describe-fields.ts';
import { journalRecordSchema, manifestSchema, planSchema, SCHEMA_VERSION } from './records.ts';

/** The whole document. */
export function describeResultsFormat(): string {
  const roots = z.tuple([manifestSchema, planSchema, journalRecordSchema]);
  const { $defs = {} } = z.toJSONSchema(roots);
  const sections = Object.entries($defs).map(([name, schema]) => {
    const rows = rowsOf(schema).map(({ path, type, text }) => `| \`${path}\` | ${type} | ${text} |`);
    return [
      `## ${name}`,
      '',
      schema.description ?? '',
      '',
      '| field | type | |',
      '|---|---|---|',
      ...rows,
    ].join('\n');
  });
  return `${[INTRODUCTION, ...sections].join('\n\n')}\n`;
}

const INTRODUCTION = `# What a run folder holds

<!-- Made from results/schema by \`npm run docs\`. Do not edit. -->

A run is a folder, \`results/runs/<id>/\`. It is the only thing that analysis and reports read, and a run only ever
appends to it. Version ${SCHEMA_VERSION}.

| file | what | how it is written |
|---|---|---|
| \`plan.json\` | [Plan](#plan) | once, whole: temporary file, fsync, rename |
| \`manifest.json\` | [Manifest](#manifest) | replaced whole, in the same way, as configurations become known |
| \`journal.jsonl\` | one record to a line: [TrialRecord](#trialrecord), [BaselineRecord](#baselinerecord), [EndRecord](#endrecord) | appended, fsync after each |
| \`logs/<trial>/\` | logs of the servers of that launch | copied when it stops |

**A journal line** is \`{"v":${SCHEMA_VERSION},"crc":"xxxxxxxx","record":{…}}\`: the version, the CRC-32 of the record's own JSON text
(UTF-8, eight lower-case hexadecimal digits), and the record. A line that is cut off, fails its checksum or does not fit
the schema is reported with its byte offset and reason; the others still read, and the file is never repaired in place.
An empty line is a writer's fence after a line that was cut off. Of two records of one trial (a resumed run) the later
counts; an end record that is followed by anything no longer is the end.

**Versions.** A reader refuses a file of a later version (E_NEWER_SCHEMA) and changes nothing in it.

**Numbers.** Units are in the names: \`…Us\` microseconds, \`…Ms\` milliseconds, \`…Bytes\`, \`…PerSec\`, \`…Ratio\`. Instants are ISO
8601 in UTC. Unknown is \`null\`, never 0 or −1. NaN, infinities, stray fields and the key \`__proto__\` are refused.

## How figures are derived

Each launch is reduced to one number per figure; n is the number of launches, never of requests.

| figure | of one launch |
|---|---|
| throughput | \`counts.completed\` ÷ \`spanMs\` (first issue → last completion, drain included) |
| CPU per request | \`account.all.cpuUs\` ÷ \`counts.completed\`; what the stack uses when idle is not taken off |
| requests per core-second | 10⁶ ÷ CPU per request in µs |
| mean, p50 … p99.9, max | of \`latency\`; a quantile q is shown only where n·(1−q) ≥ 10 requests lie beyond it, in every launch |
| tasks per request | (\`tasksCreated\` − \`idleTasksPerSec\` × \`wallMs\`) ÷ \`counts.completed\` |
| PSS | \`account.all.pssBytes\` |

Over launches: mean and 95 % t interval of the logarithms (the point is the geometric mean), no interval below 3 launches;
tasks per request, which can be 0, as they are. Ratios: the same of the per-round log ratio. Differences (the parts of a
process per request): t interval of the per-round differences of means. Comparisons: \`tie\` when the whole interval lies
within 3 % of 1; \`more\` or \`less\` when 1 is excluded after Holm's correction over all comparisons of that figure;
\`inconclusive\` otherwise. A figure that one launch cannot give is not shown. One invalid launch takes the number from its cell.

# Records`;
