/**
 * The words of the lab, as types. Every room may import this file; it imports nothing.
 * They are the only words used in code, flags, docs and records.
 */

/** Deployment model. Derived from a stack's chain, never declared. */
export const MODELS = ['static', 'cgi', 'daemon', 'embedded', 'pool'] as const;
export type Model = (typeof MODELS)[number];

/** What can be started or loaded. */
export const FORMS = ['files', 'cgi-script', 'fastcgi-script', 'wsgi-callable', 'node-handler'] as const;
export type Form = (typeof FORMS)[number];

/** What a connector speaks to a process that lives beside the server. `own`: a private protocol. */
export const UPSTREAMS = ['fastcgi', 'scgi', 'uwsgi', 'http', 'own'] as const;
export type Upstream = (typeof UPSTREAMS)[number];

/** Who consumed something: the HTTP server in front, or a process the lab started behind it. */
export const ROLES = ['host', 'backend'] as const;
export type Role = (typeof ROLES)[number];

/** invalid: the number is not of what it says. suspect: real, but noisy or a bound. note: worth knowing. */
export const SEVERITIES = ['invalid', 'suspect', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * The routes an app claims: all of the contract, `/hello` only (floors and files), or its own (an adopted app),
 * whose right answers are recorded from a reference deployment.
 */
export const CONTRACTS = ['full', 'hello', 'own'] as const;
export type ContractName = (typeof CONTRACTS)[number];

/** A definition's name: what its file is called, and what a person types. */
export const NAME_PATTERN = /^[a-z0-9][a-z0-9._-]{0,63}$/;
