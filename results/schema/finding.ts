import { z } from 'zod';
import { SEVERITIES } from '../../core/words.ts';

export const findingSchema = z
  .strictObject({
    code: z.string().regex(/^[a-z0-9-]+$/),
    severity: z.enum(SEVERITIES),
    evidence: z.string().describe('What was seen, with the figures: shown to readers as it stands.'),
    metrics: z
      .array(z.enum(['throughput', 'latency', 'cpu', 'memory', 'processes', 'start-up']))
      .default([])
      .describe('The figures this finding speaks of; empty: all of the cell.'),
  })
  .readonly()
  .meta({
    id: 'Finding',
    description:
      'One reason for doubt. `invalid` takes the number away; `suspect` marks it wherever it is shown; `note` is worth knowing. All codes with their meaning and remedy: [findings.md](findings.md).',
  });
export type Finding = z.output<typeof findingSchema>;
