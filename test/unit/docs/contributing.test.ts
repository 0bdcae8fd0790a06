import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../../core/paths.ts';

const read = (file: string): string => readFileSync(join(PROJECT_ROOT, file), 'utf8');

test('the connector shown in CONTRIBUTING is the real one, in full', () => {
  expect(read('CONTRIBUTING.md')).toContain(
    `\`\`\`ts\n${read('servers/connectors/apache-proxy-http.ts')}\`\`\`\n`,
  );
});
