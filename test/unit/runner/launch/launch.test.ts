import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { LabError } from '../../../../core/errors.ts';
import { launchStack } from '../../../../runner/launch/launch.ts';
import { ownerTag } from '../../../../runner/process/owner.ts';
import { readAllStats, readText } from '../../../../runner/process/proc.ts';
import { waitUntil } from '../../../../runner/process/wait.ts';
import { fakeStack, request } from './fake-stack.ts';

const root = mkdtempSync(join(tmpdir(), 'lt-'));
chmodSync(root, 0o755);
const logs = mkdtempSync(join(tmpdir(), 'lt-logs-'));
afterAll(() => {
  for (const dir of [root, logs]) rmSync(dir, { recursive: true, force: true });
});

/** Processes with this test's sites in their command line, or of its control groups. */
const ours = () =>
  readAllStats().filter(
    ({ pid, state }) =>
      state !== 'Z' &&
      ((readText(`/proc/${pid}/cmdline`) ?? '').includes(`${root}/`) ||
        (readText(`/proc/${pid}/cgroup`) ?? '').includes(`deplab-${ownerTag()}-`)),
  );

beforeEach(() => expect(ours()).toEqual([]));
afterEach(() => {
  expect(ours()).toEqual([]);
  expect(readdirSync(root)).toEqual([]);
});

const failureOf = async (launching: Promise<unknown>): Promise<LabError> => {
  const failure: unknown = await launching.then(
    () => new Error('it was launched'),
    (thrown: unknown) => thrown,
  );
  if (failure instanceof LabError) return failure;
  throw failure;
};

test('a stack is launched, answers, is found in good health, and leaves nothing behind', async () => {
  await using launched = await launchStack(request(fakeStack('answers-hello.mjs'), { root }));
  const answer = await fetch(`${launched.endpoint.origin}/hello`, { headers: { connection: 'close' } });
  expect(await answer.text()).toBe('Hello, world!\n');
  expect(launched.firstAnswerMs).toBeGreaterThan(0);
  expect(statSync(launched.site.dir).mode & 0o777).toBe(0o700);
  expect(existsSync(join(launched.app.dir, 'hello'))).toBe(true);
  expect(await launched.inspect()).toEqual([]);
  expect(await launched.stop(null)).toEqual([]);
  await expect(fetch(launched.endpoint.origin)).rejects.toThrow('fetch failed');
});

test('generated files are told with the site’s folder as $SITE', async () => {
  await using launched = await launchStack(request(fakeStack('answers-hello.mjs'), { root }));
  const paths = launched.configs.map(({ path }) => path);
  expect(paths).toEqual(['host: command of answers-hello', '$SITE/answers-hello.mjs']);
  expect(JSON.stringify(launched.configs)).not.toContain(launched.site.dir);
});

test('a program that ends before it is ready is told at once, with its exit code and last words', async () => {
  const begun = performance.now();
  const failure = await failureOf(launchStack(request(fakeStack('exits-at-once.mjs'), { root })));
  expect(failure.code).toBe('E_START');
  expect(failure.message).toBe('exits-at-once ended before it was ready: exit 7');
  expect(failure.facts).toMatchObject({ exitCode: 7, logs: 'cannot find my settings' });
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test('a program that never listens is given up at the deadline', async () => {
  const failure = await failureOf(
    launchStack(request(fakeStack('never-listens.mjs'), { root, readyMs: 3_000, keepLogsIn: logs })),
  );
  expect(failure.code).toBe('E_NOT_READY');
  expect(failure.message).toContain('ECONNREFUSED');
  expect(failure.facts).toMatchObject({ logs: 'still thinking' });
  expect(failure.facts.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/hello$/);
  expect(readFileSync(join(logs, 'never-listens.stderr'), 'utf8')).toBe('still thinking\n');
});

test('a program that accepts and never answers is not ready', async () => {
  const failure = await failureOf(
    launchStack(request(fakeStack('accepts-never-answers.mjs'), { root, readyMs: 3_000 })),
  );
  expect(failure.code).toBe('E_NOT_READY');
  expect(failure.message).toContain('accepted, but no answer');
});

test('another body than the contract’s is not an answer', async () => {
  const failure = await failureOf(
    launchStack(request(fakeStack('answers-wrong-body.mjs'), { root, readyMs: 3_000 })),
  );
  expect(failure.message).toContain('status 200, body "Hello, world?\\n"');
});

test('a program that ignores its signals is killed, which is a note', async () => {
  await using launched = await launchStack(request(fakeStack('ignores-sigterm.mjs'), { root }));
  expect(await launched.stop(null)).toMatchObject([{ code: 'slow-stop', severity: 'note' }]);
});

test('an orphan is found, ended, and makes the trial invalid', async () => {
  await using launched = await launchStack(request(fakeStack('leaves-orphan.mjs'), { root }));
  const findings = await launched.stop(null);
  expect(findings).toMatchObject([{ code: 'leftover', severity: 'invalid' }]);
  expect(findings[0]?.evidence).toContain('/bin/sleep 1000');
});

test('a program that died under load is found', async () => {
  await using launched = await launchStack(request(fakeStack('dies-under-load.mjs'), { root }));
  for (let n = 0; n < 2; n += 1) await fetch(`${launched.endpoint.origin}/hello`).catch(() => {});
  const found = async () => (await launched.inspect()).map(({ evidence }) => evidence).join();
  expect(await waitUntil(async () => /exit 9/.test(await found()), { deadlineMs: 5_000, everyMs: 20 })).toBe(
    true,
  );
  await launched.stop(null);
});

test('a worker that died is found though the server goes on answering', async () => {
  const stack = fakeStack('loses-a-worker.mjs', { model: 'pool' });
  await using launched = await launchStack(request(stack, { root }));
  expect(await launched.inspect()).toEqual([]);
  await fetch(`${launched.endpoint.origin}/kill`);
  await waitUntil(async () => (await launched.groups.group('host').pids()).length === 1, {
    deadlineMs: 5_000,
    everyMs: 5,
  });
  const findings = await launched.inspect();
  expect(findings).toMatchObject([{ code: 'restarted', severity: 'invalid' }]);
  expect(findings[0]?.evidence).toContain('/bin/sleep 1000');
  expect(await launched.inspect()).toEqual([]);
});

test('a port that was asked for and is taken is told with who has it', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const failure = await failureOf(launchStack(request(fakeStack('answers-hello.mjs'), { root, port })));
  await new Promise((resolve) => server.close(resolve));
  expect(failure.code).toBe('E_PORT_IN_USE');
  expect(failure.message).toContain(`port ${port} is used by pid ${process.pid} (`);
});

test('a refused configuration is told with the server’s words, the file and the line', async () => {
  const stack = fakeStack('answers-hello.mjs', {
    over: ({ dir }) => ({
      files: [{ path: join(dir, 'server.conf'), content: 'Good 1\n  Wrong 2\n' }],
      check: ['/bin/sh', '-c', `echo "Syntax error on line 2 of ${dir}/server.conf:" >&2; exit 1`],
    }),
  });
  const failure = await failureOf(launchStack(request(stack, { root })));
  expect(failure.code).toBe('E_CONFIG');
  expect(failure.facts).toMatchObject({ line: 2, text: 'Wrong 2', exitCode: 1 });
  expect(String(failure.facts.file)).toMatch(/\/server\.conf$/);
  expect(String(failure.facts.output)).toContain('Syntax error on line 2');
});

test('the backend is started first, at the kind of address that both sides know', async () => {
  const listened: string[] = [];
  const stack = fakeStack('answers-hello.mjs', {
    reaches: ['tcp'],
    backend: {
      listens: ['unix', 'tcp'],
      program: ({ listen, site }) => {
        listened.push(listen.kind);
        const port = listen.kind === 'tcp' ? listen.port : 0;
        return {
          name: 'behind',
          role: 'backend',
          argv: [site.tools.node, join(site.dir, 'answers-hello.mjs'), String(port)],
          env: {},
          cwd: site.dir,
          files: [],
          listens: listen,
          stop: { signal: 'SIGTERM', graceMs: 300 },
        };
      },
    },
  });
  await using launched = await launchStack(request(stack, { root }));
  expect(listened).toEqual(['tcp']);
  expect(await launched.groups.group('backend').pids()).toHaveLength(1);
  expect(await launched.stop(logs)).toEqual([]);
});

test('an app that cannot be built is an error that quotes the compiler', async () => {
  const stack = fakeStack('answers-hello.mjs', {
    app: { build: () => ['/bin/sh', '-c', 'echo "hello.c: no such thing" >&2; exit 3'] },
  });
  const failure = await failureOf(launchStack(request(stack, { root })));
  expect(failure.code).toBe('E_DEFINITION');
  expect(failure.facts).toMatchObject({ exitCode: 3, output: 'hello.c: no such thing' });
});

test.for([0, 5, 20, 60, 120, 200, 300])('aborted after %i ms, a launch leaves nothing behind', async (ms) => {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new Error('enough')), ms);
  const stack = fakeStack('never-listens.mjs');
  await expect(launchStack(request(stack, { root, signal: abort.signal }))).rejects.toThrow('enough');
  clearTimeout(timer);
});
