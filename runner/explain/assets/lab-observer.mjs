/** Notes what a Node handler is given and what it answers: one line of JSON per request. Only for `lab explain`. */
import { appendFileSync } from 'node:fs';

/** The handler with an onlooker round it. `begunNs`, `readyNs`: around the import of the handler. */
export function observe(handler, path, begunNs, readyNs) {
  return function observed(request, response) {
    const calledNs = process.hrtime.bigint();
    const given = [
      ['req.method', request.method],
      ['req.url', request.url],
      ['req.httpVersion', request.httpVersion],
      ...Object.entries(request.headers).map(([name, value]) => [
        `req.headers['${name}']`,
        Array.isArray(value) ? value.join(', ') : String(value),
      ]),
    ];
    // node:http does not keep headers that are given to writeHead.
    let written = {};
    const writeHead = response.writeHead;
    response.writeHead = (...args) => {
      written = args.find((each) => typeof each === 'object' && each !== null) ?? {};
      return writeHead.apply(response, args);
    };
    response.once('finish', () => {
      const headers = new Map();
      for (const [name, value] of Object.entries({ ...response.getHeaders(), ...written })) {
        headers.set(name.toLowerCase(), value);
      }
      const note = {
        pid: process.pid,
        begunNs: Number(begunNs),
        readyNs: Number(readyNs),
        calledNs: Number(calledNs),
        doneNs: Number(process.hrtime.bigint()),
        given: given.map(([name, value]) => [name, String(value)]),
        read: '',
        readBytes: 0,
        status: String(response.statusCode),
        headers: [...headers].map(([name, value]) => [name, String(value)]),
      };
      appendFileSync(path, `${JSON.stringify(note)}\n`);
    });
    return handler(request, response);
  };
}
