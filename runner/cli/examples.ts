/** The examples that every command's help ends with. */
export function examples(...lines: readonly (readonly [command: string, what: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length));
  return ['', 'Examples:', ...lines.map(([command, what]) => `  $ ${command.padEnd(width)}   ${what}`)].join(
    '\n',
  );
}
