import { z } from 'zod';
import { CONTRACTS, FORMS, MODELS, ROLES, UPSTREAMS } from '../../core/words.ts';

export const stackRecordSchema = z
  .strictObject({
    name: z.string().describe('Canonical name: `apache-proxy-fcgi+flup/wsgi-bare`.'),
    model: z.enum(MODELS),
    host: z.string(),
    connector: z.string(),
    connectorVariant: z.string().nullable(),
    backend: z.string().nullable(),
    backendVariant: z.string().nullable(),
    adapter: z.string().nullable(),
    app: z.string(),
    appForm: z.enum(FORMS),
    form: z.enum(FORMS).describe('Form that the connector or backend loads, after adaptation.'),
    upstream: z.enum(UPSTREAMS).nullable(),
    contract: z.enum(CONTRACTS),
    extras: z.array(z.string()),
    language: z.string(),
    pipeline: z
      .array(z.string())
      .min(1)
      .describe('`["Apache", "mod_proxy_fcgi", "flup (FastCGI)", "plain WSGI (WSGI)"]`, outermost first.'),
  })
  .readonly()
  .meta({
    id: 'Stack',
    description: 'What a run keeps of a stack: enough to show it long after its definitions changed.',
  });
export type StackRecord = z.output<typeof stackRecordSchema>;

export const exclusionSchema = z
  .strictObject({ what: z.string(), reason: z.string(), remedy: z.string().nullable() })
  .readonly()
  .meta({ id: 'Exclusion', description: 'A stack or scenario that was left out, and why.' });
export type Exclusion = z.output<typeof exclusionSchema>;

export const cellKeySchema = z
  .strictObject({ stack: z.string(), workload: z.string(), label: z.string().nullable() })
  .readonly()
  .meta({
    id: 'CellKey',
    description:
      'stack × workload [× label]; the placebo’s second arm has a label. The key of everything measured.',
  });
export type CellKey = z.output<typeof cellKeySchema>;

/** One text for a cell key, for maps and for ids in reports. */
export const cellId = (cell: CellKey): string =>
  `${cell.stack} ${cell.workload}${cell.label === null ? '' : ` ${cell.label}`}`;

export const roleSchema = z.enum(ROLES);
