// The contract on node:http alone. The default export is an ordinary request listener.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const TEXT = 'text/plain; charset=utf-8';
const HTML = 'text/html; charset=utf-8';
const JSON_TYPE = 'application/json';
const BYTES = 'application/octet-stream';
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_ROUNDS = 1_000_000;
const MAX_CHUNKS = 100;
const MAX_WAIT_MS = 60_000;
// 256 periods of the pattern.
const PATTERN = Buffer.from(Uint8Array.from({ length: 251 * 256 }, (_, index) => index % 251));

// Read once, when the app starts.
const PAGE = JSON.parse(readFileSync(new URL('./page.json', import.meta.url), 'utf8'));

let served = 0;

class BadRequest extends Error {}

/** A whole number of the query within its limits, or BadRequest. */
function argument(query, name, fallback, low, high) {
  const text = new URLSearchParams(query).get(name);
  if (text === null && fallback !== null) return fallback;
  const value = text !== null && /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= low && value <= high)) throw new BadRequest();
  return value;
}

/** Ends a response whose body is known. node:http drops the body of an answer to HEAD. */
function send(res, status, type, body) {
  const bytes = Buffer.from(body);
  res.writeHead(status, { 'Content-Type': type, 'Content-Length': bytes.length });
  res.end(bytes);
}

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function bytes(req, res, query) {
  const length = argument(query, 'n', null, 0, MAX_BYTES);
  res.writeHead(200, { 'Content-Type': BYTES, 'Content-Length': length });
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  let left = length;
  const more = () => {
    while (left > 0) {
      const block = left < PATTERN.length ? PATTERN.subarray(0, left) : PATTERN;
      left -= block.length;
      if (!res.write(block)) {
        res.once('drain', more);
        return;
      }
    }
    res.end();
  };
  more();
}

function echo(req, res) {
  const digest = createHash('sha256');
  let length = 0;
  req.on('data', (block) => {
    digest.update(block);
    length += block.length;
  });
  req.on('end', () => send(res, 200, JSON_TYPE, JSON.stringify({ length, sha256: digest.digest('hex') })));
}

function work(_req, res, query) {
  const rounds = argument(query, 'rounds', 1, 1, MAX_ROUNDS);
  let value = Buffer.alloc(0);
  for (let round = 0; round < rounds; round += 1) value = createHash('sha256').update(value).digest();
  send(res, 200, TEXT, `${value.toString('hex')}\n`);
}

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A template tag that escapes every value, except those that are templates themselves. */
function html(texts, ...values) {
  let text = texts[0];
  values.forEach((value, index) => {
    text += value instanceof Markup ? value.text : String(value).replace(/[&<>"']/g, (sign) => ESCAPES[sign]);
    text += texts[index + 1];
  });
  return new Markup(text);
}

class Markup {
  constructor(text) {
    this.text = text;
  }
}

function page(_req, res) {
  const rows = PAGE.rows.map(
    (row) =>
      html`<tr><td>${row.number}</td><td>${row.town}</td><td>${row.goods}</td><td>${row.weight}</td></tr>\n`
        .text,
  );
  const document = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${PAGE.title}</title></head>
<body>
<h1>${PAGE.title}</h1>
<table>
<tr><th>No.</th><th>Town</th><th>Goods</th><th>Weight</th></tr>
${new Markup(rows.join(''))}</table>
</body>
</html>
`;
  send(res, 200, HTML, document.text);
}

async function stream(req, res, query) {
  const chunks = argument(query, 'chunks', 1, 1, MAX_CHUNKS);
  const pause = argument(query, 'ms', 0, 0, MAX_WAIT_MS);
  res.writeHead(200, { 'Content-Type': TEXT });
  if (req.method !== 'HEAD') {
    for (let index = 1; index <= chunks && !res.destroyed; index += 1) {
      if (index > 1 && pause > 0) await later(pause);
      res.write(`chunk ${index}\n`);
    }
  }
  res.end();
}

async function wait(_req, res, query) {
  const ms = argument(query, 'ms', 0, 0, MAX_WAIT_MS);
  await later(ms);
  send(res, 200, TEXT, `waited ${ms}\n`);
}

async function who(_req, res, query) {
  const ms = argument(query, 'ms', 0, 0, MAX_WAIT_MS);
  const requests = served;
  if (ms > 0) await later(ms);
  let start = '';
  try {
    start = readFileSync('/proc/self/stat', 'latin1').split(')').at(-1).trim().split(' ')[19];
  } catch {
    // Not on Linux: the start time stays unknown.
  }
  send(res, 200, JSON_TYPE, JSON.stringify({ pid: process.pid, start, requests }));
}

function env(req, res, query, path) {
  const answer = {
    method: req.method,
    path,
    query,
    scheme: 'http',
    script_name: '',
    headers: Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, String(value)])),
    wsgi: null,
    mod_wsgi_process_group: null,
    versions: { node: process.versions.node },
  };
  send(res, 200, JSON_TYPE, JSON.stringify(answer));
}

function boom() {
  throw new Error('boom');
}

const GET = new Map([
  ['/hello', (_req, res) => send(res, 200, TEXT, 'Hello, world!\n')],
  ['/json', (_req, res) => send(res, 200, JSON_TYPE, JSON.stringify({ message: 'Hello, world!' }))],
  ['/bytes', bytes],
  ['/work', work],
  ['/page', page],
  ['/stream', stream],
  ['/wait', wait],
  ['/env', env],
  ['/who', who],
  ['/boom', boom],
]);
const ROUTES = new Map([
  ['GET', GET],
  ['HEAD', GET],
  ['POST', new Map([['/echo', echo]])],
]);

/** Answers with 400 what a route calls a bad request; anything else thrown is the server's to see. */
function refuse(res, thrown) {
  if (!(thrown instanceof BadRequest)) throw thrown;
  send(res, 400, TEXT, 'bad request\n');
}

export default function app(req, res) {
  served += 1;
  const mark = req.url.indexOf('?');
  const path = mark < 0 ? req.url : req.url.slice(0, mark);
  const query = mark < 0 ? '' : req.url.slice(mark + 1);
  const route = ROUTES.get(req.method)?.get(path);
  if (route === undefined) {
    send(res, 404, TEXT, 'not found\n');
    return;
  }
  try {
    route(req, res, query, path)?.catch((thrown) => refuse(res, thrown));
  } catch (thrown) {
    refuse(res, thrown);
  }
}
