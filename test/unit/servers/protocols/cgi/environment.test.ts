import { describe, expect, it } from 'vitest';
import {
  type CgiRequest,
  type CgiServer,
  cgiEnvironment,
} from '../../../../../servers/protocols/cgi/environment.ts';
import { headerVariable } from '../../../../../servers/protocols/cgi/header-variables.ts';
import { parseTarget } from '../../../../../servers/protocols/cgi/target.ts';

const SERVER: CgiServer = {
  software: 'lab-gateway',
  name: '127.0.0.1',
  port: 8080,
  documentRoot: '/srv/root',
  base: { PATH: '/bin' },
};

function environment(more: Partial<CgiRequest> = {}, server = SERVER): Record<string, string> {
  return cgiEnvironment(server, {
    method: 'GET',
    target: parseTarget('/a.py'),
    scriptName: '/a.py',
    scriptFile: '/srv/root/a.py',
    pathInfo: '',
    httpVersion: '1.1',
    rawHeaders: [],
    host: 'example.org:8080',
    contentType: null,
    contentLength: 0,
    remoteAddress: '127.0.0.1',
    remotePort: 50_000,
    ...more,
  });
}

describe('the environment of a CGI request', () => {
  it('C1 GATEWAY_INTERFACE is CGI/1.1', () => {
    expect(environment().GATEWAY_INTERFACE).toBe('CGI/1.1');
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'x-Strange'])(
    'C2 REQUEST_METHOD is %s as the client wrote it',
    (method) => {
      expect(environment({ method }).REQUEST_METHOD).toBe(method);
    },
  );

  it.each([
    ['/a.py', ''],
    ['/a.py?', ''],
    ['/a.py?a=%2B+;b=%00?c', 'a=%2B+;b=%00?c'],
  ])('C3 QUERY_STRING of %s is %j, byte for byte', (url, query) => {
    expect(environment({ target: parseTarget(url) }).QUERY_STRING).toBe(query);
  });

  it('C4 SCRIPT_NAME has no part of PATH_INFO', () => {
    const variables = environment({ scriptName: '/a.py', pathInfo: '/x/y' });
    expect(variables.SCRIPT_NAME).toBe('/a.py');
    expect(variables.PATH_INFO).toBe('/x/y');
  });

  it('C5 PATH_INFO is unset when there is no extra path', () => {
    expect(environment()).not.toHaveProperty('PATH_INFO');
  });

  it('C7 PATH_TRANSLATED is set if and only if PATH_INFO is', () => {
    expect(environment()).not.toHaveProperty('PATH_TRANSLATED');
    expect(environment({ pathInfo: '/x' }).PATH_TRANSLATED).toBe('/srv/root/x');
  });

  it('C8 server variables are always set, with the protocol of the client', () => {
    const variables = environment({ httpVersion: '1.0', host: null });
    expect(variables).toMatchObject({
      SERVER_NAME: '127.0.0.1',
      SERVER_PORT: '8080',
      SERVER_PROTOCOL: 'HTTP/1.0',
      SERVER_SOFTWARE: 'lab-gateway',
    });
  });

  it.each([
    ['example.org', 'example.org'],
    ['[::1]:80', '[::1]'],
    ['evil"><b>', '127.0.0.1'],
  ])('C8 SERVER_NAME for Host %s is %s', (host, name) => {
    expect(environment({ host }).SERVER_NAME).toBe(name);
  });

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['[::1]', '::1'],
  ])('C9 REMOTE_ADDR of a peer %s is %s', (remoteAddress, shown) => {
    const variables = environment({ remoteAddress });
    expect(variables.REMOTE_ADDR).toBe(shown);
    expect(variables).not.toHaveProperty('REMOTE_HOST');
  });

  it('C10 CONTENT_LENGTH is set if and only if there is a body', () => {
    expect(environment()).not.toHaveProperty('CONTENT_LENGTH');
    expect(environment({ method: 'POST', contentLength: 5 }).CONTENT_LENGTH).toBe('5');
  });

  it('C12 CONTENT_TYPE is set only when the client sent one', () => {
    expect(environment()).not.toHaveProperty('CONTENT_TYPE');
    expect(environment({ contentType: 'a/b' }).CONTENT_TYPE).toBe('a/b');
  });

  it('C14 headers become HTTP_ variables in upper case with underscores', () => {
    expect(environment({ rawHeaders: ['x-Forwarded-for', '1', 'Accept', '*/*'] })).toMatchObject({
      HTTP_X_FORWARDED_FOR: '1',
      HTTP_ACCEPT: '*/*',
    });
  });

  it('C15 repeated headers become one value, cookies joined by a semicolon', () => {
    expect(
      environment({ rawHeaders: ['X-A', '1', 'Cookie', 'a=1', 'x-a', '2', 'Cookie', 'b=2'] }),
    ).toMatchObject({
      HTTP_X_A: '1, 2',
      HTTP_COOKIE: 'a=1; b=2',
    });
  });

  it.each(['Content-Length', 'Content-Type', 'Connection', 'Transfer-Encoding', 'TE', 'Upgrade'])(
    'C17 %s has no HTTP_ variable',
    (name) => {
      expect(headerVariable(name)).toBeNull();
    },
  );

  it.each(['Authorization', 'proxy-authorization'])('C18 %s is not exported', (name) => {
    expect(headerVariable(name)).toBeNull();
  });

  it.each(['Proxy', 'proxy', 'PROXY'])('C19 a %s header never becomes HTTP_PROXY', (name) => {
    expect(environment({ rawHeaders: [name, 'http://evil'] })).not.toHaveProperty('HTTP_PROXY');
  });

  it.each(['X_Forwarded_For', 'X.A', 'X!A'])('C20 a header named %s is dropped', (name) => {
    expect(headerVariable(name)).toBeNull();
  });

  it('C21 holds the allow-list and nothing of the own process', () => {
    const variables = environment();
    expect(variables.PATH).toBe('/bin');
    expect(variables).not.toHaveProperty('HOME');
  });

  it('C22 a value that looks like a shell function stays as it is', () => {
    const value = '() { :;}; touch PROBE';
    expect(environment({ rawHeaders: ['User-Agent', value] }).HTTP_USER_AGENT).toBe(value);
  });
});
