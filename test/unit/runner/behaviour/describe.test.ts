import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../../../core/paths.ts';
import { describeBehaviour, matrixWordsSchema } from '../../../../runner/behaviour/describe.ts';
import { KNOWN_DIFFERENCES, reasonFor } from '../../../../servers/contract/known-differences.ts';

const matrix = async () =>
  matrixWordsSchema.parse(JSON.parse(await readFile(join(PROJECT_ROOT, 'docs', 'behaviour.json'), 'utf8')));

// `npm run docs` runs this file with --update, which is how the document is made.
test('docs/behaviour.md is what the table of known differences and the matrix say', async () => {
  await expect(describeBehaviour(await matrix())).toMatchFileSnapshot('../../../../docs/behaviour.md');
});

test('every known difference has a reason, and is excused only where it is known', () => {
  for (const { about, reason } of KNOWN_DIFFERENCES) expect(reason, about).toMatch(/\w+ \w+/);
  const seen = (name: string, model: string, word: string) =>
    reasonFor('chunked', { name, model, host: name.split('-')[0] ?? '', app: 'wsgi-bare' }, word);
  expect(seen('apache-mod-cgid/wsgi-bare', 'cgi', 'empty')).toContain('CONTENT_LENGTH');
  expect(seen('apache-mod-cgid/wsgi-bare', 'cgi', '500')).toBeNull();
  expect(seen('nginx-proxy+gunicorn/wsgi-bare', 'pool', 'empty')).toBeNull();
});
