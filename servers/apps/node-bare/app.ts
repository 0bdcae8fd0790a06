import { defineApp } from '../../define.ts';

/** The contract on node:http alone: the app that every machine with the lab can run. */
export default defineApp({
  title: 'plain Node',
  interface: 'node:http',
  form: 'node-handler',
  contract: 'full',
  language: 'node',
  sources: ['shared/data', 'node-bare/src'],
  entry: 'app.mjs',
  probe: () => ({ available: true, version: process.versions.node }),
});
