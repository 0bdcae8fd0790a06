import { defineApp } from '../../define.ts';
import { probePython } from '../python-app.ts';

/** The contract in plain WSGI: what a Python app costs when no framework is involved. */
export default defineApp({
  title: 'plain WSGI',
  interface: 'WSGI',
  form: 'wsgi-callable',
  contract: 'full',
  extras: ['rows'],
  language: 'python',
  sources: ['shared/data', 'shared/python', 'wsgi-bare/src'],
  entry: 'app:application',
  probe: (tools) => probePython(tools, []),
});
