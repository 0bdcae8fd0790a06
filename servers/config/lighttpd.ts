import { makeDialect, type Rendered } from './dialect.ts';

/** lighttpd's configuration language. */
export const lighttpd = makeDialect('lighttpd');
export type LighttpdText = Rendered<'lighttpd'>;
