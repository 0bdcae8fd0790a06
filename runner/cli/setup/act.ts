/** Carries out a plan of `lab setup`. Everything that is said goes to a log; what matters, to the terminal. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { LabError } from '../../../core/errors.ts';
import { LAB_HOME } from '../../../core/paths.ts';
import { canUse, measuredUser } from '../../process/user.ts';
import { plainText, type Terminal } from '../terminal.ts';
import { REQUIREMENTS, type SetupFacts, VENV, VENV_STAMP } from './facts.ts';
import { type SetupPlan, venvCommands } from './plan.ts';

export const SETUP_LOG = join(LAB_HOME, 'setup.log');

/** Last lines of the log that an error shows. */
const TAIL_LINES = 12;

/** Lines of apt's and pip's that tell where they are. */
const TELLING = /^(Setting up |Collecting |Successfully installed|Reading package lists)/;

export async function carryOut(plan: SetupPlan, facts: SetupFacts, terminal: Terminal): Promise<void> {
  mkdirSync(dirname(SETUP_LOG), { recursive: true });
  writeFileSync(SETUP_LOG, '');
  const { err } = terminal;
  if (plan.apt !== null) {
    const shell = ['/bin/sh', '-c', plan.apt.script];
    const argv: [string, ...string[]] =
      plan.apt.how === 'sudo' ? ['sudo', ...shell] : ['/bin/sh', ...shell.slice(1)];
    err.write(`installing ${plan.packages.length} Debian packages; log: ${SETUP_LOG}\n`);
    await step(argv, 'apt-get install', terminal);
  }
  if (plan.venv !== null) {
    err.write(`making the Python environment; log: ${SETUP_LOG}\n`);
    for (const argv of venvCommands(VENV, REQUIREMENTS, plan.venv.anew)) {
      await step([...argv], argv.slice(1, 4).join(' '), terminal);
    }
    checkReach();
    writeFileSync(VENV_STAMP, `${facts.wantedStamp}\n`);
  }
}

/** Packages that measured processes cannot read are of no use. */
function checkReach(): void {
  const user = measuredUser();
  if (user === null || canUse(join(VENV, 'bin', 'python'), user, 'execute')) return;
  throw new LabError(
    'E_PLACE',
    `the Python environment cannot be read by ${user.name}, who runs the measured processes`,
    {
      facts: { folder: VENV },
      hint: 'Put the checkout where other users can read it, for example below /opt or /srv.',
    },
  );
}

async function step(argv: [string, ...string[]], name: string, terminal: Terminal): Promise<void> {
  terminal.signal.throwIfAborted();
  const log = openSync(SETUP_LOG, 'a');
  try {
    writeSync(log, `$ ${argv.join(' ')}\n`);
    const code = await runLogged(argv, log, terminal);
    // apt is left to end what it began: a half-configured package is worse than a late Ctrl-C.
    terminal.signal.throwIfAborted();
    if (code !== 0) {
      throw new LabError('E_MISSING', `${name} failed`, {
        facts: { exit: code, log: SETUP_LOG, 'last lines': tail(SETUP_LOG) },
        hint: 'Mend what the log names and run `lab setup` again: what is done is not done twice.',
      });
    }
  } finally {
    closeSync(log);
  }
}

function runLogged(argv: [string, ...string[]], log: number, terminal: Terminal): Promise<number> {
  const { err } = terminal;
  const [file, ...args] = argv;
  const { PYTHONPATH: _path, PYTHONHOME: _home, PIP_USER: _user, ...env } = terminal.env;
  return new Promise((resolve, reject) => {
    // sudo asks for a password on the terminal itself.
    const child = spawn(file, args, { stdio: ['inherit', 'pipe', 'pipe'], env });
    const onAbort = () => child.kill('SIGTERM');
    terminal.signal.addEventListener('abort', onAbort, { once: true });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        writeSync(log, `${line}\n`);
        if (TELLING.test(line)) err.write(`  ${plainText(line).slice(0, 100)}\n`);
      });
    }
    child.once('error', (cause) => {
      reject(new LabError('E_MISSING', `${file} cannot be started: ${cause.message}`, { cause }));
    });
    child.once('close', (code) => {
      terminal.signal.removeEventListener('abort', onAbort);
      resolve(code ?? 1);
    });
  });
}

const tail = (file: string): string =>
  readFileSync(file, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
