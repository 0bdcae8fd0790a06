/** Proves that a stack is of its model, by the process that answers and by the socket that carries our request. */
import type { Check } from '../../results/schema/records.ts';
import { modelOfChain } from './chain.ts';
import { proven, verdict } from './checks.ts';
import { proveCgi, proveFloor } from './prove-cgi.ts';
import { proveResident } from './prove-resident.ts';
import type { Subject } from './subject.ts';

/** Said where there is nothing like Linux's /proc. */
const UNSEEN = 'not provable here: this system does not tell who holds a socket or who started a process';

export async function proveModel(subject: Subject, extent: 'full' | 'spot'): Promise<Check[]> {
  const { record } = subject.stack;
  const chain = modelOfChain(subject.stack);
  const checks: Check[] = [
    verdict(
      'model: chain',
      'model',
      chain === record.model
        ? null
        : `the chain ${record.pipeline.join(' → ')} is ${chain}, not ${record.model}`,
    ),
  ];
  if (subject.processes === null && record.model !== 'static')
    checks.push(proven('model: sockets and parents', UNSEEN));
  const isQuick = extent === 'spot';
  switch (record.model) {
    case 'static':
      // Nothing runs for a file: the chain is all there is to see.
      return checks;
    case 'cgi':
      if (record.contract === 'hello') return isQuick ? checks : [...checks, ...(await proveFloor(subject))];
      return [...checks, ...(await proveCgi(subject, isQuick))];
    case 'embedded':
    case 'daemon':
    case 'pool':
      // An app that claims /hello only cannot say which process it is.
      return record.contract === 'hello' ? checks : [...checks, ...(await proveResident(subject, isQuick))];
  }
}
