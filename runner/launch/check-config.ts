/** Asks a server whether it accepts the configuration that was generated for it, before it is started. */
import { LabError } from '../../core/errors.ts';
import type { ProgramSpec, Site } from '../../servers/define.ts';
import { runCommand } from '../process/command.ts';

const CHECK_TIMEOUT_MS = 20_000;

/** Where servers say that the mistake is: Apache, nginx, lighttpd. */
const PLACES = [
  /on line (?<line>\d+) of (?<file>\/[^\s:]+)/,
  /in (?<file>\/[^\s:]+):(?<line>\d+)/,
  /source: (?<file>\/\S+) line: (?<line>\d+)/,
];

/** Throws E_CONFIG with the server's own words, the file and the offending line. */
export async function checkConfig(spec: ProgramSpec, site: Site, signal: AbortSignal): Promise<void> {
  if (spec.check === undefined) return;
  const result = await runCommand(spec.check, {
    env: spec.env,
    cwd: spec.cwd,
    user: site.user,
    timeoutMs: CHECK_TIMEOUT_MS,
    signal,
  });
  if (result.ok) return;
  const place = locate(result.output, spec);
  throw new LabError('E_CONFIG', `${spec.name} refuses the configuration that was generated for it`, {
    facts: {
      file: place?.file ?? spec.files.at(-1)?.path ?? null,
      line: place?.line ?? null,
      text: place?.text ?? null,
      output: result.output,
      command: spec.check.join(' '),
      exitCode: result.exitCode,
    },
    hint: 'This is a mistake of the definition, not of yours, unless you wrote it: see the file and the line.',
  });
}

function locate(
  output: string,
  spec: ProgramSpec,
): { readonly file: string; readonly line: number; readonly text: string | null } | null {
  for (const pattern of PLACES) {
    const { file, line } = pattern.exec(output)?.groups ?? {};
    if (file === undefined || line === undefined) continue;
    const content = spec.files.findLast((candidate) => candidate.path === file)?.content;
    return { file, line: Number(line), text: content?.split('\n')[Number(line) - 1]?.trim() ?? null };
  }
  return null;
}
