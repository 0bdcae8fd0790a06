/** `lab explain` on real stacks: what it says of each model must be true of it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Explanation, explanationSchema } from '../../results/schema/explanation.ts';
import { surveyTestWorld } from '../helpers/world.ts';
import { lab, makeFolder } from './lab.ts';

const CHROMIUM = '/usr/bin/chromium';

const { stacks } = await surveyTestWorld();
const isHere = (name: string) => stacks.some(({ record }) => record.name === name);

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

async function explain(...args: string[]): Promise<Explanation> {
  const { code, stdout, stderr } = await lab(folder.path, 'explain', ...args, '--json');
  expect([code, stderr.includes('error')], stderr).toEqual([0, false]);
  return explanationSchema.parse(JSON.parse(stdout));
}

const titles = (seen: Explanation, kind: string, direction: 'there' | 'back') =>
  seen.hops
    .filter((hop) => hop.kind === kind)
    .flatMap(({ messages }) => messages.filter((message) => message.direction === direction))
    .map(({ title }) => title);

const variable = (seen: Explanation, kind: string, name: string) =>
  seen.hops
    .filter((hop) => hop.kind === kind)
    .flatMap(({ messages }) => messages.flatMap(({ pairs }) => pairs))
    .find(([each]) => each === name)?.[1];

const CGI = ['gateway-cgi/node-bare', 'apache-mod-cgid/wsgi-bare', 'lighttpd-cgi/wsgi-bare'];
const FASTCGI = [
  'gateway-fastcgi+node-fastcgi/node-bare',
  'apache-proxy-fcgi+flup/wsgi-bare',
  'nginx-fastcgi+flup/django',
];

describe.each(CGI)('%s', (name) => {
  test.skipIf(!isHere(name))(
    'CGI: a process for the request, with the request in its environment',
    async () => {
      const seen = await explain(name);
      expect(seen.request.status).toBe(200);
      expect(seen.answeredBy.isNew).toBe(true);
      expect(seen.held?.isNew).toBe(true);
      expect(seen.held?.pid).not.toBe(seen.answeredBy.pid);
      expect(variable(seen, 'process', 'PATH_INFO')).toBe('/hello');
      expect(variable(seen, 'process', 'REQUEST_METHOD')).toBe('GET');
      const output = seen.hops.find(({ kind }) => kind === 'process')?.messages.at(-1)?.text;
      expect(output).toMatch(/^Status: 200\b[\s\S]*\n\nHello, world!/);
      const program = seen.processes.find(({ purpose }) => purpose === 'request-program');
      expect(program).toMatchObject({ answered: true, seen: { before: false, during: true, after: false } });
      const moments = seen.moments.map(({ moment }) => moment);
      expect(moments).toEqual(
        expect.arrayContaining(['sent', 'app-begun', 'app-ready', 'app-called', 'answer-done']),
      );
    },
  );
});

describe.each(FASTCGI)('%s', (name) => {
  test.skipIf(!isHere(name))('FastCGI: a process that stays, and every record to and from it', async () => {
    const seen = await explain(name);
    expect(seen.answeredBy.isNew).toBe(false);
    expect(titles(seen, 'fastcgi', 'there')).toEqual(
      expect.arrayContaining(['BEGIN_REQUEST', 'PARAMS', 'STDIN']),
    );
    expect(titles(seen, 'fastcgi', 'there').filter((title) => title === 'BEGIN_REQUEST')).toHaveLength(1);
    expect(titles(seen, 'fastcgi', 'back')).toEqual(expect.arrayContaining(['STDOUT', 'END_REQUEST']));
    expect(variable(seen, 'fastcgi', 'PATH_INFO')).toBe('/hello');
    const at = new Map(seen.moments.map(({ moment, atUs }) => [moment, atUs]));
    expect(at.get('upstream-request')).toBeGreaterThan(0);
    expect(at.get('upstream-answer')).toBeLessThan(at.get('answer-done') ?? 0);
    // The relay and the onlooker are the lab's own, and shown nowhere.
    expect(JSON.stringify(seen)).not.toMatch(/seen\.sock|lab_explain/);
  });
});

test('embedded: the process that holds the connection runs the application', async () => {
  const seen = await explain('gateway-in-process/node-bare');
  expect(seen.processes.filter(({ answered }) => answered)).toMatchObject([{ holdsConnection: true }]);
  expect(seen.hops.map(({ kind }) => kind)).toEqual(['http', 'call']);
});

test('a static file, and a floor that lives for a moment', async () => {
  expect((await explain('gateway-files/files')).hops.map(({ kind }) => kind)).toEqual(['http', 'file']);
  if (!isHere('gateway-cgi/floor-sh')) return;
  const floor = await explain('gateway-cgi/floor-sh');
  expect(floor.answeredBy.isNew).toBe(true);
  expect(variable(floor, 'process', 'GATEWAY_INTERFACE')).toBe('CGI/1.1');
});

test('a body goes to the application by standard input', async () => {
  const name = isHere('apache-mod-cgid/wsgi-bare') ? 'apache-mod-cgid/wsgi-bare' : 'gateway-cgi/node-bare';
  const seen = await explain(name, '--path', '/echo', '--post', 'hello');
  expect(seen.request).toMatchObject({ method: 'POST', path: '/echo', status: 200 });
  expect(variable(seen, 'process', 'CONTENT_LENGTH')).toBe('5');
  expect(JSON.stringify(seen)).toContain('\\"length\\":5');
});

test('the text tells a reader of each hop; a slip of the name is told', async () => {
  const { code, stdout } = await lab(folder.path, 'explain', 'gateway-cgi/node-bare');
  expect(code).toBe(0);
  expect(stdout).toContain('It was made for this request');
  expect(stdout).toMatch(/WHAT IS SPOKEN ON EACH HOP[\s\S]*→ environment[\s\S]*WHERE THE TIME WENT/);
  const slip = await lab(folder.path, 'explain', 'gatway-cgi/node-bare');
  expect([slip.code, slip.stdout]).toEqual([2, '']);
  expect(slip.stderr).toContain('Did you mean gateway-cgi/node-bare?');
  const path = await lab(folder.path, 'explain', 'gateway-cgi/node-bare', '--path', 'hello');
  expect([path.code, path.stdout]).toEqual([2, '']);
});

// Without a browser there is nothing that could open the page.
test.skipIf(!existsSync(CHROMIUM))(
  'the page opens without an error, in both schemes, and fits a phone',
  async () => {
    const file = join(folder.path, 'page.html');
    const { code, stdout } = await lab(folder.path, 'explain', 'gateway-cgi/node-bare', '--html', file);
    expect([code, stdout.trim()]).toEqual([0, file]);
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    try {
      for (const [width, colorScheme] of [
        [1280, 'light'],
        [390, 'dark'],
      ] as const) {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        const problems: string[] = [];
        page.on('console', (said) => problems.push(said.text()));
        page.on('pageerror', (error) => problems.push(error.message));
        page.on('request', (request) => {
          if (!request.url().startsWith('file:') && !request.url().startsWith('data:'))
            problems.push(request.url());
        });
        await page.goto(pathToFileURL(file).href);
        expect(problems).toEqual([]);
        const size = await page.evaluate(
          '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
        );
        expect(size).toEqual([width, width]);
        expect(await page.locator('.sequence').isVisible()).toBe(width > 700);
        expect(await page.locator('.sequence-list').isVisible()).toBe(width <= 700);
        await page.close();
      }
    } finally {
      await browser.close();
    }
  },
);
