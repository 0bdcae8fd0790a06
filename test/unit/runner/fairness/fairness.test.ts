import { describe, expect, test } from 'vitest';
import { checkPlan } from '../../../../runner/fairness/check-plan.ts';
import { checkSettings } from '../../../../runner/fairness/check-settings.ts';
import { inherentlyUnequal } from '../../../../runner/fairness/inherent.ts';
import { aStack, aWorkload } from '../../../helpers/records.ts';
import { CAPACITY, LIMITS } from '../../../helpers/world.ts';

describe('a plan', () => {
  const plan = (connections: number, body: string | null = null) => {
    const workload = aWorkload({
      name: `hello-c${connections}`,
      request: { method: 'POST', path: '/echo', headers: {}, body },
      load: { model: 'closed', connections },
    });
    const stacks = [aStack(), aStack({ name: 'apache-files/files', model: 'static' })];
    const asks = stacks.map(({ name }) => ({ scenario: 's', stack: name, workloads: [workload.name] }));
    return { capacity: CAPACITY, workloads: [workload], stacks, asks };
  };

  test('with as many connections as slots is fair', () => {
    expect(checkPlan(plan(16), LIMITS)).toEqual([]);
  });

  test('with more is labelled, naming workload, stacks and slots; a file has no slots', () => {
    const [found, ...more] = checkPlan(plan(17), LIMITS);
    expect(more).toEqual([]);
    expect(found?.code).toBe('unequal-capacity');
    expect(found?.evidence).toContain('hello-c17 holds 17 connections');
    expect(found?.evidence).toContain('16 slots (2 processes × 8 threads)');
    expect(found?.evidence).not.toContain('files');
  });

  test('with a body beyond the limit is refused, naming both', () => {
    const limits = { ...LIMITS, bodyBytes: 10 };
    expect(checkPlan(plan(1, '0123456789'), limits)).toEqual([]);
    expect(() => checkPlan(plan(1, '0123456789é'), limits)).toThrowError(
      expect.objectContaining({ code: 'E_USAGE', facts: { body: '12 bytes', limit: '10 bytes' } }),
    );
  });
});

describe('a configuration', () => {
  const apache = `KeepAlive On
MaxKeepAliveRequests 0
LimitRequestBody 67108864
MaxRequestWorkers 64`;
  const fcgid = `${apache}
  FcgidMaxRequestLen 67108864
FcgidOutputBufferSize 0
FcgidMaxRequestsPerProcess 0`;
  const look = (name: string, host: string, content: string, backend: string | null = null) =>
    checkSettings({
      record: aStack({ name, host, backend, upstream: backend === null ? null : 'fastcgi' }),
      configs: [{ content: 'something else' }, { content }],
      capacity: CAPACITY,
      limits: LIMITS,
    });

  test('that treats its stack as others are treated is let pass', () => {
    expect(look('apache-mod-cgid/wsgi-bare', 'apache', apache)).toEqual([]);
    expect(look('apache-mod-fcgid/wsgi-bare', 'apache', fcgid)).toEqual([]);
    expect(look('gateway-cgi/wsgi-bare', 'gateway', '{}')).toEqual([]);
  });

  test.each([
    ['KeepAlive On', 'KeepAlive Off', 'each request would need a new connection'],
    ['MaxKeepAliveRequests 0', '', 'after 100 requests'],
    [
      'LimitRequestBody 67108864',
      'LimitRequestBody 1000',
      'LimitRequestBody is 1000, others are given 67108864',
    ],
    ['MaxRequestWorkers 64', 'MaxRequestWorkers 4', 'MaxRequestWorkers is 4, others are given 16'],
    ['MaxRequestWorkers 64', 'MaxRequestWorkers 64\nCustomLog /x common', 'an access log is written'],
    ['FcgidMaxRequestLen 67108864', '', 'its default refuses more than 128 KiB'],
    ['FcgidOutputBufferSize 0', '', 'holds answers back'],
  ])('is told of when "%s" is "%s"', (setting, instead, why) => {
    expect(look('apache-mod-fcgid/wsgi-bare', 'apache', fcgid.replace(setting, instead))).toEqual([
      expect.stringContaining(why),
    ]);
  });

  test('that keeps connections to a backend that cannot is told of, and one whose backend can is not', () => {
    const keeps = `${apache}\nProxyPass "/" "fcgi://localhost/" enablereuse=on ttl=3`;
    expect(look('apache-proxy-fcgi+flup/wsgi-bare', 'apache', keeps, 'flup')).toEqual([
      expect.stringContaining('keeps connections to flup'),
    ]);
    expect(look('apache-proxy-fcgi+node-fastcgi/node-bare', 'apache', keeps, 'node-fastcgi')).toEqual([]);
  });

  test('of nginx must not log, buffer, or limit bodies to 1 MiB', () => {
    const nginx = `access_log off;\nclient_max_body_size 67108864;\nkeepalive_requests 1000000000;\n  fastcgi_buffering off;`;
    expect(look('nginx-fastcgi+flup/wsgi-bare', 'nginx', nginx, 'flup')).toEqual([]);
    expect(look('nginx-fastcgi+flup/wsgi-bare', 'nginx', '', 'flup')).toHaveLength(4);
    expect(look('nginx-files/files', 'nginx', nginx.replace('fastcgi_buffering off;', ''))).toEqual([]);
  });
});

describe('what cannot be equal', () => {
  test('follows from the stack, and goes where the capacity leaves no difference', () => {
    const prefork = aStack({ name: 'apache-mod-wsgi-embedded@prefork/wsgi-bare' });
    expect(inherentlyUnequal(prefork, CAPACITY)).toEqual([expect.stringContaining('16 of one thread')]);
    expect(inherentlyUnequal(prefork, { processes: 4, threads: 1 })).toEqual([]);
    expect(inherentlyUnequal(aStack(), CAPACITY)).toEqual([]);
  });
});
