/** The requests of a HAR file (HTTP Archive 1.2), as a browser's network panel saves it. */
import { z } from 'zod';
import { LabError, messageOf } from '../../core/errors.ts';
import { ownRequestSchema } from '../../servers/adopted/define.ts';

const harSchema = z.object({
  log: z.object({
    entries: z.array(
      z.object({
        request: z.object({
          method: z.string(),
          url: z.string(),
          headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
          postData: z.object({ text: z.string().default('') }).optional(),
        }),
        response: z.object({ status: z.number() }).optional(),
      }),
    ),
  }),
});

export interface HarRequest {
  readonly method: 'GET' | 'POST' | 'HEAD' | 'PUT' | 'DELETE' | 'PATCH';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface HarRequests {
  readonly requests: readonly HarRequest[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

/** Headers that mean something to an application; cookies and credentials are secrets, and of one session. */
const KEPT_HEADERS = new Set(['accept', 'accept-language', 'content-type', 'x-requested-with']);
/** A server answers these itself. */
const STATIC_FILE = /\.(css|js|mjs|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|eot|mp4|webm|pdf)$/i;
const MOST_REQUESTS = 40;

/**
 * Distinct requests to the site of the first entry, in order.
 * @throws LabError E_ADOPT when the text is no HAR file, or nothing is left of it
 */
export function readHar(text: string, file: string, staticPaths: readonly string[]): HarRequests {
  const { entries } = parse(text, file).log;
  const urls = entries.flatMap(({ request }) => (URL.canParse(request.url) ? [new URL(request.url)] : []));
  const origin = urls[0]?.origin;
  const counts = {
    'to other sites': 0,
    'for static files': 0,
    'asked before': 0,
    'with a cookie or credentials': 0,
  };
  const strange = new Set<string>();
  const found = new Map<string, HarRequest>();
  for (const { request } of entries) {
    const url = URL.canParse(request.url) ? new URL(request.url) : null;
    if (url === null || url.origin !== origin) {
      counts['to other sites'] += 1;
      continue;
    }
    if (STATIC_FILE.test(url.pathname) || staticPaths.some((path) => url.pathname.startsWith(path))) {
      counts['for static files'] += 1;
      continue;
    }
    if (request.headers.some(({ name }) => /^(cookie|authorization)$/i.test(name)))
      counts['with a cookie or credentials'] += 1;
    const parsed = ownRequestSchema.safeParse({
      method: request.method,
      path: `${url.pathname}${url.search}`,
      headers: Object.fromEntries(
        request.headers
          .map(({ name, value }) => [name.toLowerCase(), value] as const)
          .filter(([name]) => KEPT_HEADERS.has(name)),
      ),
      body: request.postData?.text ?? null,
    });
    if (!parsed.success) {
      strange.add(`${request.method} ${url.pathname}`);
      continue;
    }
    const { method, path, headers, body } = parsed.data;
    const key = `${method} ${path} ${body ?? ''}`;
    if (found.has(key)) counts['asked before'] += 1;
    else found.set(key, { method, path, headers, body });
  }
  const requests = [...found.values()];
  if (requests.length === 0) {
    throw new LabError('E_ADOPT', 'the HAR file has no request to an application', {
      facts: { file, entries: entries.length },
    });
  }
  const notes = Object.entries(counts).flatMap(([what, count]) =>
    count === 0
      ? []
      : [
          `${count} ${count === 1 ? 'request' : 'requests'} ${what}${what.startsWith('with') ? ': these headers are not kept' : ' left out'}`,
        ],
  );
  for (const each of strange) notes.push(`${each} left out: the lab cannot send it`);
  if (requests.length > MOST_REQUESTS)
    notes.push(`${requests.length - MOST_REQUESTS} requests beyond ${MOST_REQUESTS} left out`);
  return { requests: requests.slice(0, MOST_REQUESTS), notes };
}

function parse(text: string, file: string): z.output<typeof harSchema> {
  try {
    return harSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LabError('E_ADOPT', `${file} is not a HAR file`, {
      facts: { problem: messageOf(cause).slice(0, 300) },
      hint: 'Save one from the network panel of a browser.',
      cause,
    });
  }
}
