import { defineApp } from '../../define.ts';
import { probePython } from '../python-app.ts';

const PACKAGES = ['CherryPy'];

/** The contract in CherryPy: exposed methods and tools. It brings no template engine, so /page uses the standard library’s. */
export default defineApp({
  title: 'CherryPy',
  interface: 'WSGI',
  form: 'wsgi-callable',
  contract: 'full',
  extras: ['rows'],
  language: 'python',
  sources: ['shared/data', 'shared/python', 'cherrypy/src'],
  entry: 'app:application',
  packages: PACKAGES,
  probe: (tools) => probePython(tools, PACKAGES),
});
