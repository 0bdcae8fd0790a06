import { expect, test } from 'vitest';
import { relevantExclusions } from '../../../../runner/cli/relevant-exclusions.ts';
import { scenarioSchema } from '../../../../scenarios/define.ts';
import { catalogue } from '../../scenarios/catalogue-for-tests.ts';

const relevant = (stacks: string[], what: string): boolean => {
  const scenario = scenarioSchema.parse({
    title: 'T',
    question: 'Q?',
    stacks,
    workloads: [{ name: 'hello', request: '/hello', load: { model: 'closed', connections: 1 } }],
  });
  return (
    relevantExclusions([{ what, reason: 'r', remedy: 'm' }], [{ name: 's', scenario }], catalogue).length > 0
  );
};

test('what a scenario asks for and cannot have is told, what it does not ask for is not', () => {
  expect(relevant(['apache-proxy-fcgi+flup/wsgi-bare'], 'apache-*')).toBe(true);
  expect(relevant(['gateway-cgi/node-bare'], 'apache-*')).toBe(false);
  expect(relevant(['apache-proxy-fcgi+flup/wsgi-bare'], '*+flup/*')).toBe(true);
  expect(relevant(['gateway-cgi/node-bare'], '*+flup/*')).toBe(false);
  expect(relevant(['host:gateway&app:node-bare'], '*/wsgi-bare')).toBe(false);
  expect(relevant(['model:cgi&app:wsgi-bare'], '*/wsgi-bare')).toBe(true);
  expect(relevant(['all', '!host:apache'], 'apache-proxy-fcgi/*')).toBe(false);
});
