/**
 * Every app, without any stack: it answers the contract byte for byte, and a WSGI app does so under wsgiref.validate.
 * A floor says what a server would make /hello of.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { discoverTools } from '../../runner/process/tools.ts';
import { openClient } from '../../runner/verify/ask.ts';
import { checkHead, checkRoute } from '../../runner/verify/check-route.ts';
import type { Subject } from '../../runner/verify/subject.ts';
import { contractRoutes, expectedAnswer } from '../../servers/contract.ts';
import { loadRegistry } from '../../servers/registry.ts';
import { placeApp, serveApp } from '../helpers/prepared-app.ts';
import { CAPACITY } from '../helpers/world.ts';

const [registry, tools] = await Promise.all([loadRegistry(), discoverTools()]);
const apps = [...registry.apps].filter(([name, app]) => {
  const probed = app.probe(tools);
  if (!probed.available) console.warn(`skipped: the app ${name}: ${probed.reason}. Remedy: ${probed.remedy}`);
  return probed.available;
});
const full = apps.filter(([, app]) => app.contract === 'full');
const scripts = apps.filter(([, app]) => app.form === 'cgi-script');

/** What the validator and the server print about the one route that must fail. */
const BOOM = /RuntimeError: boom/g;

describe.each(full)('%s', (name, app) => {
  test('answers all of the contract, and the validator has nothing to say', async () => {
    await using placed = await placeApp(name, app, tools);
    await using served = await serveApp(placed.app, tools);
    const endpoint = { origin: served.origin, basePath: '' };
    const signal = AbortSignal.timeout(100_000);
    await using client = openClient(endpoint, signal);
    const groups = { group: () => ({ pids: async () => [] }) };
    const { stack } = placed;
    const subject: Subject = { stack, endpoint, groups, capacity: CAPACITY, client, processes: null, signal };
    const checks = [];
    for (const route of contractRoutes(app.contract, app.extras ?? [])) {
      checks.push(...(await checkRoute(subject, route)));
      if (route.head) checks.push(await checkHead(subject, route));
    }
    expect(checks.filter((check) => !check.ok)).toEqual([]);
    expect(served.complaints()).not.toMatch(/AssertionError|WSGIWarning/);
    expect((served.complaints().match(BOOM) ?? []).length).toBeLessThanOrEqual(1);
  });

  test.runIf(app.extras?.includes('rows') !== true)('claims no /rows and has none', async () => {
    await using placed = await placeApp(name, app, tools);
    await using served = await serveApp(placed.app, tools);
    await using client = openClient({ origin: served.origin, basePath: '' }, AbortSignal.timeout(10_000));
    const reply = await client.ask({ method: 'GET', path: '/rows', headers: {}, body: null });
    expect([reply.status, reply.body.toString()]).toEqual([404, 'not found\n']);
  });
});

describe.each(scripts)('%s', (name, app) => {
  test('writes the answer to /hello as a CGI program', async () => {
    await using placed = await placeApp(name, app, tools);
    const { stdout } = await promisify(execFile)(placed.app.file ?? '', [], { env: {} });
    expect(stdout.split('\r\n')).toEqual([
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${expectedAnswer({ method: 'GET', path: '/hello', body: null }).length}`,
      '',
      'Hello, world!\n',
    ]);
  });
});
