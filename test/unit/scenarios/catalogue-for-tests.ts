import type { Catalogue } from '../../../scenarios/catalogue.ts';

/** A small world with two hosts. */
export const catalogue: Catalogue = {
  hosts: ['apache', 'gateway'],
  connectors: [
    { name: 'gateway-cgi', host: 'gateway', variants: [] },
    { name: 'gateway-in-process', host: 'gateway', variants: [] },
    { name: 'apache-mod-wsgi-embedded', host: 'apache', variants: ['event', 'prefork'] },
    { name: 'apache-proxy-fcgi', host: 'apache', variants: [] },
  ],
  backends: [{ name: 'flup', variants: ['threaded', 'fork'] }],
  apps: ['node-bare', 'wsgi-bare', 'files'],
};
