/**
 * A dialect is a template tag whose interpolations must be values that its own escapers made, so that a raw
 * string cannot reach a configuration file: it does not type-check.
 *
 *     nginx`listen ${nginx.address(address)}:${nginx.port(port)};`
 */
import {
  checkedAddress,
  checkedBarePath,
  checkedCount,
  checkedFileName,
  checkedIdentifier,
  checkedPath,
  checkedPort,
  checkedSocketPath,
  checkedText,
  checkedVariable,
} from './checked.ts';

const DIALECT = Symbol('dialect');

/** Text that is safe in one dialect. Only a dialect's own functions can make it. */
export interface Rendered<D extends string> {
  readonly [DIALECT]: D;
  readonly text: string;
}

export interface Dialect<D extends string> {
  (parts: TemplateStringsArray, ...values: readonly Rendered<D>[]): Rendered<D>;
  /** A quoted absolute path. */
  path(value: string): Rendered<D>;
  /** A quoted folder, with the closing slash that aliases want. */
  folder(value: string): Rendered<D>;
  /** A file's name without quotes: letters, digits, dots, dashes, underscores. */
  fileName(value: string): Rendered<D>;
  /** An absolute path, for places where quotes would be part of it (inside an address). Refuses spaces. */
  barePath(value: string): Rendered<D>;
  /** A quoted path of a unix socket. */
  socket(value: string): Rendered<D>;
  /** A path of a unix socket inside an address. */
  bareSocket(value: string): Rendered<D>;
  /** Quoted text. */
  text(value: string): Rendered<D>;
  variable(name: string): Rendered<D>;
  identifier(name: string): Rendered<D>;
  address(value: string): Rendered<D>;
  port(value: number): Rendered<D>;
  count(value: number): Rendered<D>;
  /** Whole seconds, rounded up, at least 1. */
  seconds(durationMs: number): Rendered<D>;
  /** Lines, one below the other. */
  lines(...values: readonly Rendered<D>[]): Rendered<D>;
  /** Text that a connector of the same host rendered with this dialect. */
  fragment(config: string): Rendered<D>;
}

/** Makes a dialect. All three quote with `"`; what would need an escape inside quotes is refused. */
export function makeDialect<D extends string>(name: D): Dialect<D> {
  const render = (text: string): Rendered<D> => ({ [DIALECT]: name, text });
  const quoted = (text: string) => render(`"${text}"`);
  const tag = (parts: TemplateStringsArray, ...values: readonly Rendered<D>[]) =>
    render(String.raw({ raw: parts }, ...values.map((value) => value.text)));
  return Object.assign(tag, {
    path: (value: string) => quoted(checkedPath(value)),
    folder: (value: string) => quoted(`${checkedPath(value)}/`),
    fileName: (value: string) => render(checkedFileName(value)),
    barePath: (value: string) => render(checkedBarePath(value)),
    socket: (value: string) => quoted(checkedSocketPath(value)),
    bareSocket: (value: string) => render(checkedBarePath(checkedSocketPath(value))),
    text: (value: string) => quoted(checkedText(value)),
    variable: (value: string) => render(checkedVariable(value)),
    identifier: (value: string) => render(checkedIdentifier(value)),
    address: (value: string) => render(checkedAddress(value)),
    port: (value: number) => render(String(checkedPort(value))),
    count: (value: number) => render(String(checkedCount(value))),
    seconds: (durationMs: number) => render(String(checkedCount(Math.max(1, Math.ceil(durationMs / 1000))))),
    lines: (...values: readonly Rendered<D>[]) =>
      render(
        values
          .map((value) => value.text)
          .filter((text) => text !== '')
          .join('\n'),
      ),
    fragment: render,
  });
}
