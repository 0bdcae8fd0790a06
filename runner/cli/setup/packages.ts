/** What `lab setup` installs, by name. */

/** A Debian package, and what it is for. */
export interface DebianPackage {
  readonly name: string;
  readonly purpose: string;
  /** Not needed where this program is there already. */
  readonly unlessProgram?: string;
  /** systemd units that the package enables: left disabled when it was `lab setup` that installed it. */
  readonly units?: readonly string[];
}

/** `apache2-bin`, not `apache2`: the program without the service. */
export const DEBIAN_PACKAGES: readonly DebianPackage[] = [
  { name: 'apache2-bin', purpose: 'Apache, without its service' },
  { name: 'libapache2-mod-wsgi-py3', purpose: 'mod_wsgi' },
  { name: 'libapache2-mod-python', purpose: 'mod_python' },
  { name: 'libapache2-mod-fcgid', purpose: 'mod_fcgid' },
  { name: 'nginx', purpose: 'nginx', units: ['nginx.service'] },
  { name: 'lighttpd', purpose: 'lighttpd', units: ['lighttpd.service'] },
  { name: 'fcgiwrap', purpose: 'CGI behind FastCGI', units: ['fcgiwrap.service', 'fcgiwrap.socket'] },
  { name: 'spawn-fcgi', purpose: 'starts FastCGI programs' },
  { name: 'uwsgi-core', purpose: 'uWSGI' },
  { name: 'uwsgi-plugin-python3', purpose: 'uWSGI for Python' },
  { name: 'python3', purpose: 'the interpreter that mod_wsgi uses' },
  { name: 'python3-venv', purpose: 'the lab’s own Python environment' },
  { name: 'gcc', purpose: 'compiles the C floor', unlessProgram: 'cc' },
  { name: 'libc6-dev', purpose: 'compiles the C floor', unlessProgram: 'cc' },
];

/** The interpreter that Debian's mod_wsgi is linked to: never a version manager's. */
export const SYSTEM_PYTHON = '/usr/bin/python3';
