import { defineScenario } from './define.ts';

/** Up to as many connections as there are slots (2 processes × 8 threads). */
const CONNECTIONS = [1, 2, 4, 8, 16];

export default defineScenario({
  title: 'More connections at once',
  question: 'How do throughput and cost change when more requests come at the same time?',
  inAll: true,
  stacks: [
    'gateway-cgi/node-bare',
    'gateway-in-process/node-bare',
    'apache-mod-cgid/wsgi-bare',
    'apache-mod-wsgi-embedded/wsgi-bare',
    'apache-mod-wsgi-daemon/wsgi-bare',
  ],
  workloads: CONNECTIONS.map((connections) => ({
    name: `hello-c${connections}`,
    request: '/hello',
    load: { model: 'closed', connections },
    windowMs: 2_000,
  })),
  capacity: { processes: 2, threads: 8 },
  rounds: 3,
  minRounds: 3,
});
