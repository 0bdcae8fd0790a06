import { defineApp } from '../../define.ts';

/**
 * A folder with one file, `hello`: what serving HTTP costs when no program runs.
 * The file has no suffix, so its content type is the connector's to state.
 */
export default defineApp({
  title: 'static file',
  interface: null,
  form: 'files',
  contract: 'hello',
  language: 'none',
  sources: ['files/src'],
  entry: '.',
  probe: () => ({ available: true, version: null }),
});
