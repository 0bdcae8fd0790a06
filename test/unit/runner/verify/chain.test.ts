import { expect, test } from 'vitest';
import type { Stack } from '../../../../runner/stack.ts';
import { modelOfChain } from '../../../../runner/verify/chain.ts';
import type { Backend, Connector, Takes } from '../../../../servers/define.ts';
import { aStack } from '../../../helpers/records.ts';

const here = () => ({ available: true, version: null }) as const;
const unused = (): never => {
  throw new Error('never rendered');
};

function chain(takes: Takes, form: Stack['record']['form'], backend: Partial<Backend> | null = null): Stack {
  const connector: Connector = { host: 'h', title: 't', takes, probe: here, fragment: unused };
  return {
    record: aStack({ form }),
    host: { title: 'h', probe: here, program: unused },
    connector,
    backend:
      backend === null
        ? null
        : { title: 'b', presents: [], runs: [], listens: [], probe: here, program: unused, ...backend },
    adapter: null,
    app: {
      title: 'a',
      interface: null,
      form,
      contract: 'full',
      language: 'none',
      sources: [],
      entry: '',
      probe: here,
    },
  };
}

test('the model follows from the chain', () => {
  expect(modelOfChain(chain({ loads: ['files'] }, 'files'))).toBe('static');
  expect(modelOfChain(chain({ loads: ['cgi-script'] }, 'cgi-script'))).toBe('cgi');
  expect(modelOfChain(chain({ loads: ['wsgi-callable'] }, 'wsgi-callable'))).toBe('embedded');
  expect(modelOfChain(chain({ speaks: 'http', starts: 'lab' }, 'wsgi-callable', {}))).toBe('pool');
  expect(modelOfChain(chain({ speaks: 'fastcgi', starts: 'lab' }, 'wsgi-callable', {}))).toBe('daemon');
  expect(
    modelOfChain(chain({ speaks: 'own', starts: 'host', loads: ['wsgi-callable'] }, 'wsgi-callable')),
  ).toBe('daemon');
  expect(
    modelOfChain(chain({ speaks: 'fastcgi', starts: 'lab' }, 'cgi-script', { forksPerRequest: true })),
  ).toBe('cgi');
});
