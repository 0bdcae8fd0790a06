import { describe, expect, test } from 'vitest';
import { MODELS, type Model } from '../../../../core/words.ts';
import type { Verification } from '../../../../results/schema/records.ts';
import { type Fake, type Outgoing, verifyFake } from './fake-stack.ts';

const bad = (verification: Verification) => verification.checks.filter((check) => !check.ok);
const failing = (verification: Verification) => bad(verification).map((check) => check.check);
const everyModel = MODELS.map((model) => [model] as const);

describe.concurrent('a stack that is what it says', () => {
  test.each(everyModel)('%s passes all of the contract and the proof of its model', async (behaves) => {
    const verification = await verifyFake({ behaves });
    expect(bad(verification)).toEqual([]);
    expect(verification.ok).toBe(true);
  });

  test.each(everyModel)('%s passes the spot check', async (behaves) => {
    const verification = await verifyFake({ behaves, extent: 'spot' });
    expect(bad(verification)).toEqual([]);
    expect(verification.extent).toBe('spot');
  });

  test('a floor as CGI is caught starting a process for a request', async () => {
    const verification = await verifyFake({ behaves: 'cgi', contract: 'hello' });
    expect(bad(verification)).toEqual([]);
    const caught = verification.checks.find((check) => check.check === 'model: a process for a request');
    expect(caught?.detail).toContain('was started by pid 100 (server)');
  });

  test('the timing of a stream is noted, not judged', async () => {
    const { checks } = await verifyFake({ behaves: 'embedded' });
    const stream = checks.find((check) => check.check.startsWith('GET /stream'));
    expect(stream).toMatchObject({ comparison: 'bytes', ok: true });
    expect(stream?.detail).toMatch(/first byte after \d+ ms, last after \d+ ms/);
  });
});

type Fault = NonNullable<Fake['fault']>;
const onHello =
  (change: (outgoing: Outgoing) => void): Fault =>
  (path, outgoing) => {
    if (path === '/hello') change(outgoing);
  };
const faults: readonly (readonly [name: string, fault: Fault, words: RegExp])[] = [
  [
    'a dropped Content-Type',
    onHello((outgoing) => {
      delete outgoing.headers['Content-Type'];
    }),
    /expected the Content-Type "text\/plain; charset=utf-8", got none/,
  ],
  [
    'another charset',
    onHello((outgoing) => {
      outgoing.headers['Content-Type'] = 'text/plain; charset=latin-1';
    }),
    /got "text\/plain; charset=latin-1"/,
  ],
  [
    'two Content-Types',
    onHello((outgoing) => {
      outgoing.headers['Content-Type'] = ['text/plain; charset=utf-8', 'text/html'];
    }),
    /got "text\/plain; charset=utf-8" and "text\/html"/,
  ],
  [
    'one changed byte',
    onHello((outgoing) => {
      if (outgoing.body.length > 0) outgoing.body = Buffer.from('Hello, World!\n');
    }),
    /\(14 bytes\) differs from byte 7 on: expected "world!\\n", got "World!\\n"/,
  ],
  [
    'one byte less',
    onHello((outgoing) => {
      outgoing.body = outgoing.body.subarray(0, 13);
      delete outgoing.headers['Content-Length'];
    }),
    /\(13 of 14 bytes\) differs from byte 13 on: expected "\\n", got nothing/,
  ],
  [
    'another status',
    onHello((outgoing) => {
      outgoing.status = 201;
    }),
    /expected status 200, got 201/,
  ],
];

describe.concurrent.each(faults)('%s', (_name, fault, words) => {
  test.each(everyModel)('fails under %s and says what differs', async (behaves) => {
    const verification = await verifyFake({ behaves, fault, extent: 'spot' });
    expect(verification.ok).toBe(false);
    expect(failing(verification)).toContain('GET /hello');
    expect(
      bad(verification)
        .map((check) => check.detail)
        .join('\n'),
    ).toMatch(words);
  });
});

describe.concurrent('one wrong byte elsewhere fails the whole contract', () => {
  const inside =
    (path: string): Fault =>
    (asked, outgoing) => {
      if (asked !== path || outgoing.body.length === 0) return;
      outgoing.body = Buffer.from(outgoing.body);
      outgoing.body[outgoing.body.length - 1] = (outgoing.body.at(-1) ?? 0) ^ 1;
    };
  test.each([['/bytes?n=67108864'], ['/page'], ['/rows'], ['/work?rounds=1000'], ['/nothing'], ['/bytes']])(
    'GET %s',
    async (path) => {
      const verification = await verifyFake({ behaves: 'embedded', fault: inside(path), withLargest: true });
      expect(failing(verification)).toEqual([`GET ${path}`]);
    },
  );

  test('POST /echo that hashes one byte less', async () => {
    const verification = await verifyFake({ behaves: 'embedded', fault: inside('/echo') });
    expect(failing(verification)).toEqual(['POST /echo', 'POST /echo, empty', 'POST /echo, 1 MiB + 1']);
  });

  test('a header that the app does not see', async () => {
    const fault: Fault = (path, outgoing) => {
      if (!path.startsWith('/env')) return;
      const env: { headers: Record<string, string> } = JSON.parse(outgoing.body.toString());
      delete env.headers['x-lab-check'];
      outgoing.body = Buffer.from(JSON.stringify(env));
      outgoing.headers['Content-Length'] = String(outgoing.body.length);
    };
    const [check] = bad(await verifyFake({ behaves: 'pool', fault }));
    expect(check?.check).toBe('GET /env');
    expect(check?.detail).toBe('the app saw the header X-Lab-Check not at all, sent was "seven eight; nine"');
  });
});

const wrongLabels = MODELS.flatMap((behaves) =>
  MODELS.filter((labelled) => labelled !== behaves).map((labelled) => [behaves, labelled] as const),
)
  // Seen from outside, a daemon and a pool differ in the protocol only: the chain tells them apart (below).
  .filter(([behaves, labelled]) => !(isBeside(behaves) && isBeside(labelled)))
  // A file's contract is /hello, which cannot say who it is; and anything may answer in a file's place.
  .filter(([behaves, labelled]) => behaves !== 'static' && labelled !== 'static');

function isBeside(model: Model): boolean {
  return model === 'daemon' || model === 'pool';
}

describe.concurrent('a wrong label', () => {
  test.each(wrongLabels)('%s behind the name of %s fails by what it does', async (behaves, labelled) => {
    // A Node app has no run_once, so that the processes alone must give it away.
    const verification = await verifyFake({ behaves, labelled, language: 'node' });
    expect(verification.ok).toBe(false);
    expect(bad(verification).every((check) => check.comparison === 'model')).toBe(true);
  });

  test('embedded and daemon, swapped, fail by the socket', async () => {
    const daemon = await verifyFake({ behaves: 'daemon', labelled: 'embedded', extent: 'spot' });
    const embedded = await verifyFake({ behaves: 'embedded', labelled: 'daemon', extent: 'spot' });
    expect(failing(daemon)).toEqual(['model: who holds our connection']);
    expect(failing(embedded)).toEqual(['model: who holds our connection']);
    expect(bad(daemon)[0]?.detail).toMatch(
      /^pid 200 .* answered; the server's end .* is held by pid 100 \(server\); as embedded, the process that answers must hold it$/,
    );
  });

  test('a resident process behind the name of a CGI floor fails', async () => {
    const verification = await verifyFake({ behaves: 'embedded', labelled: 'cgi', contract: 'hello' });
    expect(failing(verification)).toEqual(['model: a process for a request']);
  });

  test('WSGI says itself when it runs once', async () => {
    const fault: Fault = (path, outgoing) => {
      if (path.startsWith('/env')) {
        outgoing.body = Buffer.from(outgoing.body.toString().replace('"run_once":false', '"run_once":true'));
        delete outgoing.headers['Content-Length'];
      }
    };
    expect(failing(await verifyFake({ behaves: 'embedded', fault }))).toEqual(['wsgi.run_once']);
  });

  test.each([
    ['embedded', '', true],
    ['embedded', 'lab', false],
    ['daemon', 'lab', true],
    ['daemon', '', false],
  ] as const)('mod_wsgi %s with the process group "%s": %s', async (behaves, processGroup, ok) => {
    const verification = await verifyFake({ behaves, processGroup, connector: 'apache-mod-wsgi-x' });
    expect(failing(verification)).toEqual(ok ? [] : ['mod_wsgi.process_group']);
  });
});

describe.concurrent('what cannot be seen', () => {
  test('a foreign server on the port is not taken for the stack', async () => {
    const verification = await verifyFake({
      behaves: 'embedded',
      lie: (truth) => ({ ...truth, holders: async () => [] }),
    });
    expect(failing(verification)).toEqual(['model: who holds our connection']);
  });

  test('a CGI process that stays is not gone', async () => {
    const verification = await verifyFake({
      behaves: 'cgi',
      extent: 'spot',
      // The fake starts pid 1000 + n at tick 2000 + n.
      lie: (truth) => ({
        ...truth,
        stat: (pid) => ({ parent: 100, start: `${pid + 1000}`, name: 'app.py' }),
      }),
    });
    expect(failing(verification)).toEqual(['model: the process goes']);
  });

  test('a CGI process started by a stranger fails', async () => {
    const verification = await verifyFake({
      behaves: 'cgi',
      lie: (truth) => ({
        ...truth,
        stat: (pid) => {
          const found = truth.stat(pid);
          return found === null ? null : { ...found, parent: 1 };
        },
      }),
    });
    expect(failing(verification)).toEqual(['model: who starts the process']);
  });

  test('without /proc the proof says so, and what /who tells still counts', async () => {
    const honest = await verifyFake({ behaves: 'embedded', lie: () => null });
    expect(honest.ok).toBe(true);
    expect(honest.checks.find((check) => check.check === 'model: sockets and parents')?.detail).toContain(
      'not provable here',
    );
    const wrong = await verifyFake({
      behaves: 'cgi',
      labelled: 'embedded',
      language: 'node',
      lie: () => null,
    });
    expect(failing(wrong)).toEqual(['model: the same process answers again']);
  });

  test('a stack that is not there is given up on', async () => {
    const verification = await verifyFake({
      behaves: 'embedded',
      fault: (_path, _outgoing, request) => request.socket.destroy(),
    });
    expect(failing(verification)).toEqual(['GET /hello', 'GET /json', 'POST /echo', 'contract']);
  });

  test('an interrupted verification throws the reason', async () => {
    const controller = new AbortController();
    const fault: Fault = () => controller.abort(new Error('interrupted'));
    await expect(verifyFake({ behaves: 'embedded', fault, signal: controller.signal })).rejects.toThrow(
      'interrupted',
    );
  });
});
