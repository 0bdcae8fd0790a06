import { makeDialect, type Rendered } from './dialect.ts';

/** Apache's configuration language. */
export const apache = makeDialect('apache');
export type ApacheText = Rendered<'apache'>;

/** `SetEnv` for what an app needs, for the connectors whose processes get their environment from Apache. */
export function apacheEnvironment(
  directive: 'SetEnv' | 'FcgidInitialEnv',
  env: Readonly<Record<string, string>>,
): ApacheText {
  const setting = directive === 'SetEnv' ? apache`SetEnv` : apache`FcgidInitialEnv`;
  return apache.lines(
    ...Object.entries(env).map(
      ([name, value]) => apache`${setting} ${apache.variable(name)} ${apache.text(value)}`,
    ),
  );
}
