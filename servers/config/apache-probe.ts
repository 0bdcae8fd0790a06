import type { Availability, Tools } from '../define.ts';

/** Debian packages of the Apache modules that `apache2-bin` does not bring. */
const PACKAGES: Readonly<Record<string, string>> = {
  wsgi: 'libapache2-mod-wsgi-py3',
  python: 'libapache2-mod-python',
  fcgid: 'libapache2-mod-fcgid',
};

/** Whether every module file is there. Its version is Apache's own for what comes with Apache: null here. */
export function probeApacheModules(tools: Tools, modules: readonly string[]): Availability {
  const missing = modules.filter((name) => tools.apacheModule(`mod_${name}.so`) === null);
  if (missing.length === 0) return { available: true, version: null };
  const packages = [...new Set(missing.map((name) => PACKAGES[name] ?? 'apache2-bin'))];
  return {
    available: false,
    reason: `Apache has no ${missing.map((name) => `mod_${name}`).join(', ')}`,
    remedy: `sudo apt-get install ${packages.join(' ')}`,
  };
}
