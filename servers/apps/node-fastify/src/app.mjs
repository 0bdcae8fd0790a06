// The contract in Fastify. It brings no template engine: /page is a tagged template that escapes.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
// Written when the app is prepared; it names the Fastify that the lab installed.
import fastify from './fastify.mjs';

const TEXT = 'text/plain; charset=utf-8';
const HTML = 'text/html; charset=utf-8';
const JSON_TYPE = 'application/json';
const BYTES = 'application/octet-stream';
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_ROUNDS = 1_000_000;
const MAX_CHUNKS = 100;
const MAX_WAIT_MS = 60_000;
const PATTERN = Buffer.from(Uint8Array.from({ length: 251 * 256 }, (_, index) => index % 251));
const PAGE = JSON.parse(readFileSync(new URL('./page.json', import.meta.url), 'utf8'));

let served = 0;

class BadRequest extends Error {}

/** A whole number of the query within its limits, or BadRequest. */
function argument(request, name, fallback, low, high) {
  const given = request.query[name];
  const text = Array.isArray(given) ? given[0] : given;
  if (text === undefined && fallback !== null) return fallback;
  const value = text !== undefined && /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= low && value <= high)) throw new BadRequest();
  return value;
}

/** Sent as bytes: Fastify would add a charset to the type of an object. */
const send = (reply, type, body) => reply.header('content-type', type).send(Buffer.from(body));
const sendJson = (reply, value) => send(reply, JSON_TYPE, reply.serialize(value));
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const app = fastify({ logger: false, bodyLimit: 128 * 1024 * 1024 });
app.addHook('onRequest', (_request, _reply, done) => {
  served += 1;
  done();
});
// Bodies stay streams.
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
app.setNotFoundHandler((_request, reply) => send(reply.code(404), TEXT, 'not found\n'));
app.setErrorHandler((error, _request, reply) => {
  if (error instanceof BadRequest) return send(reply.code(400), TEXT, 'bad request\n');
  throw error;
});

app.get('/hello', (_request, reply) => send(reply, TEXT, 'Hello, world!\n'));
app.get('/json', (_request, reply) => sendJson(reply, { message: 'Hello, world!' }));

app.get('/bytes', (request, reply) => {
  const length = argument(request, 'n', null, 0, MAX_BYTES);
  reply.header('content-type', BYTES).header('content-length', length);
  return reply.send(Readable.from(blocks(length), { objectMode: false }));
});

function* blocks(length) {
  for (let left = length; left > 0; left -= PATTERN.length) {
    yield left < PATTERN.length ? PATTERN.subarray(0, left) : PATTERN;
  }
}

app.post('/echo', async (request, reply) => {
  const digest = createHash('sha256');
  let length = 0;
  // Without a body Fastify parses none.
  for await (const block of request.body ?? []) {
    digest.update(block);
    length += block.length;
  }
  return sendJson(reply, { length, sha256: digest.digest('hex') });
});

app.get('/work', (request, reply) => {
  const rounds = argument(request, 'rounds', 1, 1, MAX_ROUNDS);
  let value = Buffer.alloc(0);
  for (let round = 0; round < rounds; round += 1) value = createHash('sha256').update(value).digest();
  return send(reply, TEXT, `${value.toString('hex')}\n`);
});

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text) => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign]);
/** A template tag that escapes every value but the arrays, which hold templates. */
const html = (texts, ...values) =>
  String.raw(
    { raw: texts },
    ...values.map((value) => (Array.isArray(value) ? value.join('') : escapeHtml(value))),
  );

const rowOf = (row) =>
  html`<tr><td>${row.number}</td><td>${row.town}</td><td>${row.goods}</td><td>${row.weight}</td></tr>
`;

app.get('/page', (_request, reply) => {
  const document = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${PAGE.title}</title></head>
<body>
<h1>${PAGE.title}</h1>
<table>
<tr><th>No.</th><th>Town</th><th>Goods</th><th>Weight</th></tr>
${PAGE.rows.map(rowOf)}</table>
</body>
</html>
`;
  return send(reply, HTML, document);
});

app.get('/stream', (request, reply) => {
  const count = argument(request, 'chunks', 1, 1, MAX_CHUNKS);
  const pause = argument(request, 'ms', 0, 0, MAX_WAIT_MS);
  reply.header('content-type', TEXT);
  return reply.send(Readable.from(chunks(count, pause), { objectMode: false }));
});

async function* chunks(count, pause) {
  for (let index = 1; index <= count; index += 1) {
    if (index > 1 && pause > 0) await later(pause);
    yield `chunk ${index}\n`;
  }
}

app.get('/wait', async (request, reply) => {
  const ms = argument(request, 'ms', 0, 0, MAX_WAIT_MS);
  await later(ms);
  return send(reply, TEXT, `waited ${ms}\n`);
});

app.get('/who', async (request, reply) => {
  const ms = argument(request, 'ms', 0, 0, MAX_WAIT_MS);
  const requests = served;
  if (ms > 0) await later(ms);
  let start = '';
  try {
    start = readFileSync('/proc/self/stat', 'latin1').split(')').at(-1).trim().split(' ')[19];
  } catch {
    // Not on Linux: the start time stays unknown.
  }
  return sendJson(reply, { pid: process.pid, start, requests });
});

app.get('/env', (request, reply) => {
  const mark = request.url.indexOf('?');
  return sendJson(reply, {
    method: request.method,
    path: mark < 0 ? request.url : request.url.slice(0, mark),
    query: mark < 0 ? '' : request.url.slice(mark + 1),
    scheme: 'http',
    script_name: '',
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    wsgi: null,
    mod_wsgi_process_group: null,
    versions: { node: process.versions.node, fastify: app.version },
  });
});

app.get('/boom', () => {
  throw new Error('boom');
});

await app.ready();

export default (req, res) => app.routing(req, res);
