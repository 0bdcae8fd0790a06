import { describe, expect, it } from 'vitest';
import { downstreamHeaders, upstreamHeaders } from '../../../../servers/hosts/gateway/proxy-headers.ts';

const OWN = ['X-Forwarded-For', '10.0.0.1', 'X-Forwarded-Host', 'h', 'X-Forwarded-Proto', 'http'];

describe('headers through the proxy', () => {
  it.each([
    'X-Forwarded-For',
    'x-forwarded-proto',
    'X-Forwarded-Host',
    'Forwarded',
    'X-Real-IP',
    'Proxy',
    'X_Forwarded_For',
  ])('C86 %s of the client does not get through', (name) => {
    expect(upstreamHeaders(['Host', 'h', name, 'evil'], '10.0.0.1')).toEqual(['Host', 'h', ...OWN]);
  });

  it.each(['Connection', 'Keep-Alive', 'TE', 'Transfer-Encoding', 'Upgrade'])(
    '%s is about one connection',
    (name) => {
      expect(upstreamHeaders(['Host', 'h', name, 'x'], '10.0.0.1')).toEqual(['Host', 'h', ...OWN]);
      expect(downstreamHeaders(['A', 'b', name, 'x'])).toEqual(['A', 'b']);
    },
  );

  it('what Connection names is dropped with it', () => {
    expect(downstreamHeaders(['X-Hop', '1', 'Connection', 'close, x-hop', 'A', 'b'])).toEqual(['A', 'b']);
  });

  it('repeated fields stay apart, in order', () => {
    expect(downstreamHeaders(['Set-Cookie', 'a', 'Set-Cookie', 'b'])).toEqual([
      'Set-Cookie',
      'a',
      'Set-Cookie',
      'b',
    ]);
  });
});
