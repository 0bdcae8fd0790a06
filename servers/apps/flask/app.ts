import { defineApp } from '../../define.ts';
import { probePython } from '../python-app.ts';

const PACKAGES = ['Flask', 'Werkzeug', 'Jinja2'];

/** The contract in Flask: Werkzeug’s routing and responses, Jinja’s templates. */
export default defineApp({
  title: 'Flask',
  interface: 'WSGI',
  form: 'wsgi-callable',
  contract: 'full',
  extras: ['rows'],
  language: 'python',
  sources: ['shared/data', 'shared/python', 'flask/src'],
  entry: 'app:application',
  packages: PACKAGES,
  probe: (tools) => probePython(tools, PACKAGES),
});
