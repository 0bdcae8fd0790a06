import { defineBackend } from '../define.ts';
import { nodeProgram } from './node/program.ts';

export default defineBackend({
  title: 'Node workers',
  presents: ['http'],
  runs: ['node-handler'],
  listens: ['unix', 'tcp'],
  workers: ({ capacity }) => capacity.processes,
  probe: (tools) => ({ available: true, version: tools.version('node') }),
  program: (x) => nodeProgram('node-pool', 'node-pool.js', x),
});
