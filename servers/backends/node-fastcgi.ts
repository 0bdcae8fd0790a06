import { defineBackend } from '../define.ts';
import { nodeProgram } from './node/program.ts';

export default defineBackend({
  title: 'Node responder',
  presents: ['fastcgi'],
  runs: ['node-handler'],
  listens: ['unix', 'tcp'],
  workers: ({ capacity }) => capacity.processes,
  probe: (tools) => ({ available: true, version: tools.version('node') }),
  program: (x) => nodeProgram('node-fastcgi', 'node-fastcgi.js', x),
});
