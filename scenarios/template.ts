/** What `lab new scenario` writes: a file that runs as it is, with every key explained where it stands. */

/** @param run what `lab run` is given to run it: its name, or its path */
export const yamlTemplate = (
  name: string,
  run: string,
): string => `# A scenario: a question, the stacks, the workloads, and how often. All keys: docs/scenarios.md
# Run it with: lab run ${run}

title: ${JSON.stringify(name)}

# One sentence. The report answers it.
question: What does a process per request cost, against the same application kept alive?

# Whether \`lab run all\` includes it.
inAll: false

# Stacks by pattern; see \`lab list stacks\`. Any line may match; a leading ! takes away.
#   gateway-cgi/node-bare            a name: connector[@variant][+backend[@variant]]/app
#   apache-*/wsgi-bare               a glob
#   model:cgi  host:apache  app:...  a property; joined by & all must hold
stacks:
  - gateway-cgi/node-bare
  - gateway-in-process/node-bare

# Each stack is loaded with each workload, one window after another, in every launch.
workloads:
  - name: hello
    # A path for GET, or { method, path, headers, body }.
    request: /hello
    # Closed load: so many connections, each with one request under way.
    load: { model: closed, connections: 1 }
    # How long requests are begun for; those under way are then waited for.
    windowMs: 1000
    # A window also ends after so many requests.
    maxRequests: null

# processes × threads: how many requests a stack can work on at once. Rendered for every server.
capacity: { processes: 2, threads: 8 }

# Launches of each stack. Below 3 there is no interval; 5 and more are better.
rounds: 3
minRounds: 3
`;

/** @param isInside beside the schema, whose types it can then use */
export const typescriptTemplate = (name: string, run: string, isInside: boolean): string => `${
  isInside ? "import { defineScenario } from './define.ts';\n\n" : ''
}// All keys: docs/scenarios.md. Run it with: lab run ${run}
export default ${isInside ? 'defineScenario({' : '{'}
  title: ${JSON.stringify(name)},
  // One sentence. The report answers it.
  question: 'What does a process per request cost, against the same application kept alive?',
  // Patterns; see \`lab list stacks\`.
  stacks: ['gateway-cgi/node-bare', 'gateway-in-process/node-bare'],
  workloads: [1, 4].map((connections) => ({
    name: \`hello-c\${connections}\`,
    request: '/hello',
    load: { model: 'closed', connections },
    windowMs: 1000,
  })),
  // processes × threads: how many requests a stack can work on at once.
  capacity: { processes: 2, threads: 8 },
  // Launches of each stack. Below 3 there is no interval.
  rounds: 3,
${isInside ? '})' : '}'};
`;
