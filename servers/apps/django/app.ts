import { defineApp } from '../../define.ts';
import { probePython } from '../python-app.ts';

const PACKAGES = ['Django'];

/** The contract as a small Django project: settings, URLs, views, middleware and a template. */
export default defineApp({
  title: 'Django',
  interface: 'WSGI',
  form: 'wsgi-callable',
  contract: 'full',
  extras: ['rows'],
  language: 'python',
  sources: ['shared/data', 'shared/python', 'django/src'],
  entry: 'app:application',
  packages: PACKAGES,
  probe: (tools) => probePython(tools, PACKAGES),
});
