/** Bare programs that explain a CGI's cost: the interpreter alone, and the interpreter with the app's imports. */
import type { PreparedApp, Tools } from '../../servers/define.ts';
import type { Stack } from '../stack.ts';

export interface BaselineSpec {
  readonly name: string;
  readonly app: string | null;
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/** Empty for stacks that start no interpreter for a request. */
export function baselinesOf(stack: Stack, app: PreparedApp, tools: Tools): readonly BaselineSpec[] {
  if (stack.record.model !== 'cgi' || stack.record.contract !== 'full') return [];
  const env = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', ...app.env };
  if (app.language === 'node') {
    return [{ name: 'node -e 0', app: null, argv: [tools.node, '-e', '0'], env }];
  }
  if (app.language !== 'python' || tools.python === null) return [];
  const [module] = stack.app.entry.split(':');
  const python = tools.python.bin;
  return [
    { name: 'python3 -c pass', app: null, argv: [python, '-c', 'pass'], env },
    {
      name: `python3 with the imports of ${stack.record.app}`,
      app: stack.record.app,
      argv: [python, '-c', `from wsgiref.handlers import CGIHandler\nimport ${module}`],
      env,
    },
  ];
}
