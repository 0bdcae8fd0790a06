import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../core/paths.ts';
import { lab, makeFolder, startLab } from './lab.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

const COMMANDS = ['run', 'list', 'doctor', 'setup', 'verify', 'analyse', 'report', 'new', 'new scenario'];

test.each(COMMANDS)('`lab %s --help` shows an example and exits with 0', async (command) => {
  const { code, stdout, stderr } = await lab(folder.path, ...command.split(' '), '--help');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/Examples:\n {2}\$ lab /);
});

test.each([
  [['rnu'], "unknown command 'rnu'\n(Did you mean run?)"],
  [['run', 'quick', '--bugdet', '1m'], "unknown option '--bugdet'\n(Did you mean --budget?)"],
  [['run', 'quick', '--budget', '10'], 'give a time such as 90s, 10m or 1h30m.'],
  [['run'], "missing required argument 'scenario'"],
  [['run', 'qick'], 'no scenario is called "qick" (did you mean "quick"?)'],
  [['run', 'quick', '--only', 'app:nod-bare'], 'no app is called "nod-bare" (did you mean "node-bare"?)'],
  [['verify', 'gatway-cgi/node-bare'], 'no connector is called "gatway-cgi" (did you mean "gateway-cgi"?)'],
  [['list', 'stakcs'], "value 'stakcs' is invalid for argument 'kind'"],
  [['report', 'nowhere'], '"nowhere" is neither a run nor the folder of one'],
  [['new', 'scenario', 'Big Name'], '"Big Name" cannot be the name of a scenario'],
  [[], 'Usage: lab [options] [command]'],
])(
  '`lab %j` is a usage error: it says what is wrong, prints no result and exits with 2',
  async (args, message) => {
    const { code, stdout, stderr } = await lab(folder.path, ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  },
);

test('a scenario with three mistakes gets all three in one message, with places', async () => {
  await writeFile(
    join(folder.path, 'three.yaml'),
    `title: Three
question: Q?
stacks:
  - gateway-cgi/node-bear
workloads:
  - name: hello
    request: /hello
    load: { model: closed, conections: 1 }
rounds: many
`,
  );
  const { code, stderr } = await lab(folder.path, 'run', 'three.yaml');
  expect(code).toBe(2);
  expect(stderr).toBe(`error: 3 mistakes in three.yaml [E_SCENARIO]
  three.yaml:4:5 stacks[0]: no app is called "node-bear" (did you mean "node-bare"?)
  three.yaml:8:28 workloads[0].load.conections: unknown key "conections" (did you mean "connections"?)
  three.yaml:9:9 rounds: must be a number
hint: docs/scenarios.md describes every key; \`lab list stacks\` shows what patterns can match.
`);
});

test('what `lab new scenario` writes can be planned, in YAML and in TypeScript, and is not overwritten', async () => {
  for (const name of ['mine.yaml', 'mine.ts']) {
    expect((await lab(folder.path, 'new', 'scenario', `./${name}`)).code).toBe(0);
    const before = await readFile(join(folder.path, name), 'utf8');
    const plan = await lab(folder.path, 'run', `./${name}`, '--dry-run', '--json', '--seed', '7');
    expect([plan.code, plan.stderr]).toEqual([0, '']);
    expect(JSON.parse(plan.stdout)).toMatchObject({ seed: 7, scenarios: [{ name: 'mine' }] });
    const again = await lab(folder.path, 'new', 'scenario', `./${name}`);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('a scenario is there already')]);
    expect(await readFile(join(folder.path, name), 'utf8')).toBe(before);
  }
});

test('the same seed gives the same plan, another seed another order', async () => {
  const plan = async (seed: string) =>
    (await lab(folder.path, 'run', 'models', '--dry-run', '--json', '--seed', seed)).stdout;
  const [one, same, other] = await Promise.all([plan('1'), plan('1'), plan('2')]);
  expect(one).toBe(same);
  expect(one).not.toBe(other);
});

test('an error in the TypeScript of a scenario is shown where it is', async () => {
  await writeFile(join(folder.path, 'broken.ts'), 'export default {\n  title: "x"\n  question: "y",\n};\n');
  const { code, stderr } = await lab(folder.path, 'run', './broken.ts');
  expect(code).toBe(2);
  expect(stderr).toContain("broken.ts:3:3: ',' expected.");
});

test.each(['scenarios', 'stacks', 'apps', 'hosts', 'runs'])(
  '`lab list %s --json` is a JSON list',
  async (kind) => {
    const { code, stdout } = await lab(folder.path, 'list', kind, '--json');
    expect(code).toBe(0);
    expect(Array.isArray(JSON.parse(stdout))).toBe(true);
  },
);

test('a reader that takes one line and goes away is no failure', () => {
  const command = `"${process.execPath}" "${join(PROJECT_ROOT, 'bin', 'lab.js')}" list stacks | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
  expect([stdout, stderr]).toEqual(['static\n0\n', '']);
});

test('colour is used where it was asked for, and escape sequences are nowhere else', async () => {
  const plain = await startLab(folder.path, ['doctor']).done;
  expect(plain.code).toBe(0);
  const command = [join(PROJECT_ROOT, 'bin', 'lab.js'), 'doctor'];
  const raw = (env: Record<string, string>) =>
    spawnSync(process.execPath, command, { encoding: 'utf8', env: { PATH: process.env.PATH, ...env } })
      .stdout;
  expect(raw({}).includes('\u001b')).toBe(false);
  expect(raw({ FORCE_COLOR: '1' }).includes('\u001b')).toBe(true);
});

test('`lab doctor` tells of everything that is defined, with a reason and a remedy for what is missing', async () => {
  const { code, stdout } = await lab(folder.path, 'doctor', '--json');
  expect(code).toBe(0);
  const { rows } = JSON.parse(stdout) as { rows: { available: boolean; reason?: string; remedy?: string }[] };
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows.filter(({ available }) => !available)) {
    expect([row.reason, row.remedy]).toEqual([expect.any(String), expect.any(String)]);
  }
});

test('`lab setup --dry-run` changes nothing, and without a terminal it asks for --yes', async () => {
  const dry = await lab(folder.path, 'setup', '--dry-run');
  expect([0, 3]).toContain(dry.code);
  expect(existsSync('/usr/sbin/policy-rc.d')).toBe(false);
  if (!dry.stdout.startsWith('nothing to do') && dry.code === 0) {
    const asked = await lab(folder.path, 'setup');
    expect(asked.code).not.toBe(0);
  }
});
