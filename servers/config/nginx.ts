import { makeDialect, type Rendered } from './dialect.ts';

/** nginx's configuration language. */
export const nginx = makeDialect('nginx');
export type NginxText = Rendered<'nginx'>;
