/** `docs/findings.md` and `docs/errors.md`, made from their tables. Pure; a unit test holds the committed files to them. */
import { ERROR_CODES, EXIT } from '../../core/errors.ts';
import { SEVERITIES, type Severity } from '../../core/words.ts';
import { FINDING_CODES } from './findings.ts';

const SEVERITY_MEANS: Record<Severity, string> = {
  invalid:
    'The number is not of what it says: the cell has no number in any table or chart, and the run exits 4.',
  suspect: 'The number is real, but noisy or a bound: it carries its mark wherever it is shown.',
  note: 'Worth knowing; it changes no number.',
};

/** Every finding with its meaning and remedy, by severity. */
export function describeFindings(): string {
  const sections = SEVERITIES.map((severity) => {
    const rows = Object.entries(FINDING_CODES)
      .filter(([, code]) => code.severity === severity)
      .map(([name, { meaning, remedy }]) => `| \`${name}\` | ${meaning} | ${remedy} |`);
    const head = ['| code | what was seen | what to do |', '|---|---|---|'];
    return [`## ${severity}`, '', SEVERITY_MEANS[severity], '', ...head, ...rows].join('\n');
  });
  const title =
    '# Findings: reasons for doubt\n\n<!-- Made from results/schema/findings.ts by `npm run docs`. Do not edit. -->';
  return `${[title, ...sections].join('\n\n')}\n`;
}

const EXIT_MEANS: Record<keyof typeof EXIT, string> = {
  ok: 'Done.',
  regression: 'A regression, or a budget that was missed.',
  usage: 'A mistake in the command line or a scenario, or a place already in use.',
  missing: 'A program that is needed is not installed.',
  failed: 'A trial failed, or a result is invalid.',
  bug: 'A mistake of the lab itself.',
  hangup: 'Hung up; finished launches are kept, and `lab report` shows them.',
  interrupted: 'Interrupted; finished launches are kept, and `lab report` shows them.',
  terminated: 'Terminated; finished launches are kept, and `lab report` shows them.',
};

/** Exit codes, and every error a user can meet. */
export function describeErrors(): string {
  const exits = Object.entries(EXIT).map(
    ([name, code]) => `| ${code} | ${EXIT_MEANS[name as keyof typeof EXIT]} |`,
  );
  const errors = Object.entries(ERROR_CODES).map(
    ([name, [exit, meaning]]) => `| \`${name}\` | ${exit} | ${meaning} |`,
  );
  return `# Errors and exit codes

<!-- Made from core/errors.ts by \`npm run docs\`. Do not edit. -->

An error is shown with its code, the facts (command, port, milliseconds waited, last log lines) and what to do about it.

## Exit codes

| exit | meaning |
|---|---|
${exits.join('\n')}

## Errors

| code | exit | meaning |
|---|---|---|
${errors.join('\n')}
`;
}
