/** The compiled entry programs, where the measured user can read them. */
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../core/errors.ts';
import { DIST } from '../../core/paths.ts';
import type { MeasuredUser } from '../../servers/define.ts';
import { canUse } from '../process/user.ts';

/** What an entry may import: `servers/` and `core/` only. */
const ROOMS = ['core', 'servers'] as const;

/** In the checkout where it can be read; otherwise (a checkout below root's home) copied into the site. */
export function entriesFor(siteDir: string, user: MeasuredUser | null): string {
  const entries = join(DIST, 'servers', 'entries');
  if (!existsSync(entries)) {
    throw new LabError('E_INTERNAL', 'the lab is not built', { hint: 'Run `npm run build`.' });
  }
  if (user === null || canUse(entries, user, 'read')) return entries;
  const copy = join(siteDir, 'lab');
  for (const room of ROOMS) cpSync(join(DIST, room), join(copy, room), { recursive: true });
  writeFileSync(join(copy, 'package.json'), '{"type":"module"}\n');
  return join(copy, 'servers', 'entries');
}
