import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from '../../../core/paths.ts';
import { defineApp } from '../../define.ts';

const PACKAGE = join(PROJECT_ROOT, 'node_modules/fastify/package.json');
const FASTIFY = pathToFileURL(join(PROJECT_ROOT, 'node_modules/fastify/fastify.js')).href;

/** The contract in Fastify, which is one of the lab's own packages. */
export default defineApp({
  title: 'Fastify',
  interface: 'node:http',
  form: 'node-handler',
  contract: 'full',
  language: 'node',
  sources: ['shared/data', 'node-fastify/src'],
  entry: 'app.mjs',
  // A copied app has no node_modules above it: one more module says where Fastify is.
  build: (tools) => [tools.node, 'name-fastify.mjs', FASTIFY],
  probe: () => {
    if (!existsSync(PACKAGE)) {
      return { available: false, reason: 'fastify is not in node_modules', remedy: 'run `npm ci`' };
    }
    const { version }: { version?: unknown } = createRequire(import.meta.url)(PACKAGE);
    return { available: true, version: typeof version === 'string' ? version : null };
  },
});
