/** What backends that run a WSGI app on the lab's Python share. */
import { LabError } from '../../core/errors.ts';
import type { Listen, PythonTool, Site } from '../define.ts';
import { checkedAddress, checkedPort, checkedSocketPath } from './checked.ts';

/** The interpreter, which `probe` has seen. */
export function pythonOf(site: Site): PythonTool {
  if (site.tools.python === null) throw new LabError('E_MISSING', 'no Python 3 was found');
  return site.tools.python;
}

/** `unix:/path` or `127.0.0.1:8000`: how gunicorn and others write an address. */
export function addressOf(listen: Listen): string {
  if (listen.kind === 'unix') return `unix:${checkedSocketPath(listen.path)}`;
  return `${checkedAddress(listen.address)}:${checkedPort(listen.port)}`;
}

/** `/path` or `127.0.0.1:8000`: how uWSGI writes an address. */
export function bareAddressOf(listen: Listen): string {
  return addressOf(listen).replace(/^unix:/, '');
}
