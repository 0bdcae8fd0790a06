/** Takes out of an answer what legitimately differs between two launches or two deployments. Pure. */
import type { Endpoint } from '../../stack.ts';

/** Where an answer came from: each of these may be quoted in it. */
export interface Origin extends Endpoint {
  /** Folder of the site; '' when it is not known. */
  readonly siteDir: string;
}

/** Stands where something was taken out by a mask. */
export const MASKED = '<masked>';

export type Mask = (text: string) => string;

/** @param patterns regular expressions of the user's, applied last */
export function makeMask(origin: Origin, patterns: readonly string[]): Mask {
  const url = new URL(origin.origin);
  const literal: [text: string, instead: string][] = [];
  const add = (text: string, instead: string) => {
    if (text === '') return;
    // As it is, as in JSON of PHP, and as in a query.
    for (const form of new Set([text, text.replaceAll('/', '\\/'), encodeURIComponent(text)]))
      literal.push([form, instead]);
  };
  add(origin.origin, '');
  add(url.host, 'HOST');
  add(origin.siteDir, 'SITE');
  const port = new RegExp(`\\b${url.port}\\b`, 'g');
  const atRoot = mountMask(origin.basePath);
  const regular = patterns.map((pattern) => new RegExp(pattern, 'gm'));
  return (text) => {
    let masked = text;
    for (const [what, instead] of literal) masked = masked.replaceAll(what, instead);
    masked = atRoot(masked).replace(port, 'PORT');
    for (const pattern of regular) masked = masked.replace(pattern, MASKED);
    return masked;
  };
}

/** Words, numbers and each other character: the places that two answers can be compared in. */
export const tokensOf = (text: string): string[] => text.match(/[A-Za-z0-9_]+|[^A-Za-z0-9_]/g) ?? [];

/**
 * Classic CGI is mounted below its script, `/app.py`, everything else at the root: what is said of the mount point is
 * left out. A link to the mount point itself, or to a query of it, is then said as nothing or as "/": made the same.
 */
function mountMask(basePath: string): Mask {
  const loneSlash = /(?<=["'(=]|^)\/(?=[?"')]|$)/gm;
  if (basePath === '') return (text) => text.replace(loneSlash, '');
  const forms = new Set([basePath, basePath.replaceAll('/', '\\/'), encodeURIComponent(basePath)]);
  return (text) =>
    [...forms].reduce((masked, form) => masked.replaceAll(form, ''), text).replace(loneSlash, '');
}
