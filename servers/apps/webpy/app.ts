import { defineApp } from '../../define.ts';
import { probePython } from '../python-app.ts';

const PACKAGES = ['web.py'];

/** The contract in web.py: its URL table, handler classes and Templetor. */
export default defineApp({
  title: 'web.py',
  interface: 'WSGI',
  form: 'wsgi-callable',
  contract: 'full',
  extras: ['rows'],
  language: 'python',
  sources: ['shared/data', 'shared/python', 'webpy/src'],
  entry: 'app:application',
  packages: PACKAGES,
  probe: (tools) => probePython(tools, PACKAGES),
});
