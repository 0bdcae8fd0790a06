import { describe, expect, test } from 'vitest';
import { deriveStacks } from '../../../../runner/plan/derive.ts';
import type {
  Adapter,
  App,
  Availability,
  Backend,
  Connector,
  Host,
  Tools,
} from '../../../../servers/define.ts';
import type { Registry } from '../../../../servers/registry.ts';

const tools: Tools = {
  find: () => null,
  version: () => null,
  python: null,
  node: '/usr/bin/node',
  apacheModule: () => null,
  lighttpdModule: () => null,
};
const here = (): Availability => ({ available: true, version: null });
const unused = () => {
  throw new Error('a derivation never renders');
};

const app = (form: App['form'], over: Partial<App> = {}): App => ({
  title: 'an app',
  interface: 'WSGI',
  form,
  contract: 'full',
  language: 'python',
  sources: [],
  entry: 'app:application',
  probe: here,
  ...over,
});
const host: Host = { title: 'Host', probe: here, program: unused };
const connector = (takes: Connector['takes'], over: Partial<Connector> = {}): Connector => ({
  host: 'host',
  title: 'connector',
  takes,
  reaches: ['unix', 'tcp'],
  probe: here,
  fragment: unused,
  ...over,
});
const backend = (over: Partial<Backend> = {}): Backend => ({
  title: 'backend',
  presents: ['fastcgi'],
  runs: ['wsgi-callable'],
  listens: ['tcp'],
  probe: here,
  program: unused,
  ...over,
});
const toCgi: Adapter = {
  title: 'adapter (CGI)',
  from: 'wsgi-callable',
  to: 'cgi-script',
  probe: here,
  adapt: unused,
};

const registry = (over: Partial<Registry>): Registry => ({
  apps: new Map([['wsgi', app('wsgi-callable')]]),
  adapters: new Map([['to-cgi', toCgi]]),
  backends: new Map(),
  connectors: new Map(),
  hosts: new Map([['host', host]]),
  ...over,
});

const derive = (over: Partial<Registry>) => deriveStacks(registry(over), tools);
const models = (over: Partial<Registry>) =>
  Object.fromEntries(derive(over).stacks.map(({ record }) => [record.name, record.model]));

describe('derivation', () => {
  test('gives each stack the model that its chain implies', () => {
    expect(
      models({
        apps: new Map([
          ['files', app('files')],
          ['wsgi', app('wsgi-callable')],
        ]),
        backends: new Map([
          ['server', backend({ presents: ['fastcgi', 'http'] })],
          ['wrap', backend({ runs: ['cgi-script'], forksPerRequest: true })],
        ]),
        connectors: new Map([
          ['static', connector({ loads: ['files'] })],
          ['cgi', connector({ loads: ['cgi-script'] })],
          ['inside', connector({ loads: ['wsgi-callable'] })],
          ['own', connector({ speaks: 'own', starts: 'host', loads: ['wsgi-callable'] })],
          ['fcgi', connector({ speaks: 'fastcgi', starts: 'lab' })],
          ['proxy', connector({ speaks: 'http', starts: 'lab' })],
        ]),
      }),
    ).toEqual({
      'static/files': 'static',
      'cgi/wsgi': 'cgi',
      'inside/wsgi': 'embedded',
      'own/wsgi': 'daemon',
      'fcgi+server/wsgi': 'daemon',
      'fcgi+wrap/wsgi': 'cgi',
      'proxy+server/wsgi': 'pool',
    });
  });

  test('spells the pipeline out, adapter and protocol included', () => {
    const [stack] = derive({
      backends: new Map([['server', backend({ title: 'flup', variants: { threaded: '', fork: '' } })]]),
      connectors: new Map([
        ['fcgi', connector({ speaks: 'fastcgi', starts: 'lab' }, { title: 'mod_proxy_fcgi' })],
      ]),
    }).stacks.filter(({ record }) => record.backendVariant === 'fork');
    expect(stack?.record.name).toBe('fcgi+server@fork/wsgi');
    expect(stack?.record.pipeline).toEqual([
      'Host',
      'mod_proxy_fcgi',
      'flup fork (FastCGI)',
      'an app (WSGI)',
    ]);
  });

  test('leaves the default variant out of names, and keeps it in the record', () => {
    const names = derive({
      connectors: new Map([
        [
          'in',
          connector({ loads: ['wsgi-callable'] }, { variants: { event: 'threads', prefork: 'processes' } }),
        ],
      ]),
    }).stacks.map(({ record }) => [record.name, record.connectorVariant]);
    expect(names).toEqual([
      ['in/wsgi', 'event'],
      ['in@prefork/wsgi', 'prefork'],
    ]);
  });

  test('excludes what is missing, with its reason and remedy, once for each definition', () => {
    const { stacks, exclusions } = derive({
      connectors: new Map([
        [
          'gone',
          connector(
            { loads: ['wsgi-callable'] },
            {
              probe: () => ({
                available: false,
                reason: 'mod_x is not installed',
                remedy: 'apt-get install mod-x',
              }),
            },
          ),
        ],
      ]),
    });
    expect(stacks).toEqual([]);
    expect(exclusions).toEqual([
      { what: 'gone/*', reason: 'mod_x is not installed', remedy: 'apt-get install mod-x' },
    ]);
  });

  test('excludes what a definition refuses, and joins no addresses that do not meet', () => {
    const refused = derive({
      connectors: new Map([
        ['in', connector({ loads: ['wsgi-callable'] }, { excludes: () => 'it would break' })],
      ]),
    });
    expect(refused.stacks).toEqual([]);
    expect(refused.exclusions).toEqual([{ what: 'in/wsgi', reason: 'it would break', remedy: null }]);
    const unmet = derive({
      backends: new Map([['server', backend()]]),
      connectors: new Map([['fcgi', connector({ speaks: 'fastcgi', starts: 'lab' }, { reaches: ['unix'] })]]),
    });
    expect(unmet.stacks).toEqual([]);
  });
});
