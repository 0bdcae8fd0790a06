import { describe, expect, it } from 'vitest';
import type { Form } from '../../../../core/words.ts';
import adapter from '../../../../servers/adapters/node-handler-cgi.ts';
import nodeFastcgi from '../../../../servers/backends/node-fastcgi.ts';
import cgi from '../../../../servers/connectors/gateway-cgi.ts';
import fastcgi from '../../../../servers/connectors/gateway-fastcgi.ts';
import files from '../../../../servers/connectors/gateway-files.ts';
import inProcess from '../../../../servers/connectors/gateway-in-process.ts';
import type { PreparedApp, Site } from '../../../../servers/define.ts';
import { BadConfig, parseConfig, parseMode } from '../../../../servers/hosts/gateway/config.ts';
import gateway from '../../../../servers/hosts/gateway.ts';

const site = (processes: number): Site => ({
  dir: '/site',
  user: null,
  tools: {
    find: () => null,
    version: () => null,
    python: null,
    node: '/bin/node',
    apacheModule: () => null,
    lighttpdModule: () => null,
  },
  capacity: { processes, threads: 4 },
  front: { address: '127.0.0.1', port: 8080 },
  entries: '/lab/entries',
  limits: { requestTimeoutMs: 1_000, bodyBytes: 10 },
});

const app = (form: Form, file: string): PreparedApp => ({
  name: 'app',
  title: 'app',
  form,
  language: 'node',
  dir: '/site/app',
  callable: null,
  file,
  env: { APP: '1' },
});

const rest = { upstream: null, backend: null, variant: null };

describe('the gateway’s definitions', () => {
  it('CGI mounts the app below its script', () => {
    const fragment = cgi.fragment({ app: app('cgi-script', '/site/app/a.py'), site: site(1), ...rest });
    expect(fragment.basePath).toBe('/a.py');
    expect(parseMode(fragment.config)).toMatchObject({ kind: 'cgi', root: '/site/app', env: { APP: '1' } });
    expect(fragment.unequal).toEqual([]);
  });

  it('says that it is one process where the capacity has more', () => {
    const fragment = inProcess.fragment({
      app: app('node-handler', '/site/app/a.mjs'),
      site: site(2),
      ...rest,
    });
    expect(fragment.unequal?.join()).toContain('one Node process where others have 2');
    expect(fragment.env).toEqual({ APP: '1' });
  });

  it('the host completes a fragment to a configuration that its program accepts', () => {
    const fragment = files.fragment({ app: app('files', '/site/app'), site: site(2), ...rest });
    const program = gateway.program({ fragment, site: site(2) });
    expect(program.argv).toEqual(['/bin/node', '/lab/entries/gateway.js', '/site/gateway.json']);
    expect(parseConfig(program.files.at(-1)?.content ?? '')).toEqual({
      address: '127.0.0.1',
      port: 8080,
      limits: { requestTimeoutMs: 1_000, bodyBytes: 10 },
      slots: 8,
      mode: { kind: 'files', root: '/site/app' },
    });
  });

  it('C70 a socket path over 107 bytes is refused in the configuration', () => {
    const upstream = { kind: 'unix', path: `/${'x'.repeat(107)}` } as const;
    const fragment = fastcgi.fragment({ app: app('node-handler', '/a'), site: site(1), ...rest, upstream });
    expect(() => gateway.program({ fragment, site: site(1) })).toThrow(BadConfig);
  });

  it.each(['{}', '[]', '{"kind":"x"}', '{"kind":"files"}', '{"kind":"cgi","root":"/","env":{"A":1}}'])(
    'refuses the mode %s',
    (text) => {
      expect(() => parseMode(text)).toThrow(BadConfig);
    },
  );

  it('the adapter writes an executable that starts the real Node', () => {
    const { files: written, app: adapted } = adapter.adapt(app('node-handler', '/site/app/a b.mjs'), site(1));
    expect(written[0]).toMatchObject({ path: '/site/app/node-cgi.mjs', mode: 0o755 });
    expect(written[0]?.content.split('\n').slice(0, 3)).toEqual([
      '#!/bin/node',
      'import { serveOnce } from "file:///lab/entries/node-cgi.js";',
      'import handler from "file:///site/app/a%20b.mjs";',
    ]);
    expect(adapted).toMatchObject({ form: 'cgi-script', file: '/site/app/node-cgi.mjs' });
  });

  it('a backend starts its processes on its address', () => {
    const listen = { kind: 'tcp', address: '127.0.0.1', port: 9 } as const;
    const program = nodeFastcgi.program({
      app: app('node-handler', '/site/app/a.mjs'),
      upstream: 'fastcgi',
      listen,
      variant: null,
      site: site(3),
    });
    expect(program.argv.slice(1)).toEqual([
      '/lab/entries/node-fastcgi.js',
      '/site/app/a.mjs',
      'tcp:127.0.0.1:9',
      '3',
    ]);
    expect(program.listens).toEqual(listen);
  });
});
