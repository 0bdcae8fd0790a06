import { describe, expect, test } from 'vitest';
import type { JournalRecord } from '../../../../results/schema/records.ts';
import { decodeJournal, encodeLine } from '../../../../results/store/journal.ts';
import { anObservation, aTrial } from '../../../helpers/records.ts';

const trial = aTrial({ observations: [anObservation({ latenciesUs: [1_000, 1_200, 900] })] });
const baseline: JournalRecord = {
  kind: 'baseline',
  round: 0,
  name: 'python3 -c pass',
  app: null,
  executions: 20,
  cpuUsPerExec: 21_000.5,
  wallUsPerExec: 23_000,
  source: 'cgroup2',
};
const end: JournalRecord = {
  kind: 'end',
  state: 'complete',
  endedAt: '2026-01-01T12:20:00.000Z',
  reason: null,
};
const lines = [trial, baseline, end].map(encodeLine);
const bytes = (text: string) => Buffer.from(text, 'utf8');
const whole = bytes(lines.join(''));

describe('a journal', () => {
  test('gives back what was written', () => {
    expect(decodeJournal(whole)).toEqual({ records: [trial, baseline, end], damage: [] });
  });

  test('is one line per record, with version and checksum in front', () => {
    expect(lines[1]).toMatch(/^\{"v":1,"crc":"[0-9a-f]{8}","record":\{"kind":"baseline",.*\}\}\n$/);
    expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  });

  test('keeps text of any language, by bytes', () => {
    const failed = aTrial({ outcome: { state: 'skipped', reason: 'naïve − “日本”\n\u2028' } });
    expect(decodeJournal(bytes(encodeLine(failed))).records).toEqual([failed]);
  });

  test('cut off at any byte of its last line still gives the records before, and where the damage begins', () => {
    const start = (lines[0] ?? '').length + bytes(lines[1] ?? '').length;
    expect(whole.length - start).toBeGreaterThan(50);
    for (let cut = start + 1; cut < whole.length - 1; cut++) {
      const { records, damage } = decodeJournal(whole.subarray(0, cut));
      expect(records).toHaveLength(2);
      expect(damage).toEqual([{ offset: start, reason: 'the line was cut off before its end' }]);
    }
    // Cut just before the newline nothing is lost: the checksum says that the record is whole.
    expect(decodeJournal(whole.subarray(0, whole.length - 1)).records).toHaveLength(3);
  });

  test('with any one bit of a record flipped loses that record only', () => {
    const start = (lines[0] ?? '').length;
    const length = bytes(lines[1] ?? '').length;
    for (let at = 0; at < length - 1; at++) {
      for (const bit of [0, 3, 7]) {
        const copy = Buffer.from(whole);
        copy[start + at] = (copy[start + at] ?? 0) ^ (1 << bit);
        // The version digit made 9 by a flip cannot be told from a later version: it is refused as such.
        if (at === 5 && bit === 3) continue;
        const { records, damage } = decodeJournal(copy);
        expect(records).toEqual([trial, end]);
        expect(damage[0]?.offset).toBe(start);
      }
    }
  });

  test('says which checksum was expected and which was found', () => {
    const line = (lines[1] ?? '').replace('"executions":20', '"executions":21');
    expect(decodeJournal(bytes(line)).damage[0]?.reason).toMatch(
      /^checksum mismatch: the line says [0-9a-f]{8}, its record has [0-9a-f]{8}$/,
    );
  });

  test('with a torn line fenced off by an empty one reads on after it', () => {
    const torn = (lines[0] ?? '').slice(0, 40);
    const { records, damage } = decodeJournal(bytes(`${torn}\n${lines[1] ?? ''}`));
    expect(records).toEqual([baseline]);
    expect(damage).toMatchObject([{ offset: 0, reason: 'the line is not a journal line' }]);
    expect(decodeJournal(bytes(`\n\n${lines[1] ?? ''}`))).toEqual({ records: [baseline], damage: [] });
  });

  test('of a later version is refused as a whole', () => {
    const later = (lines[1] ?? '').replace('{"v":1,', '{"v":2,');
    expect(() => decodeJournal(bytes(later))).toThrow(expect.objectContaining({ code: 'E_NEWER_SCHEMA' }));
  });

  test.each([
    ['a negative number', '"executions":20', '"executions":-20', /executions/],
    ['an infinite number', '"cpuUsPerExec":21000.5', '"cpuUsPerExec":1e999', /cpuUsPerExec/],
    ['a null for a number', '"cpuUsPerExec":21000.5', '"cpuUsPerExec":null', /cpuUsPerExec/],
    ['NaN, which is not JSON', '"cpuUsPerExec":21000.5', '"cpuUsPerExec":NaN', /JSON/],
    ['a stray field', '"app":null', '"app":null,"extra":1', /extra/],
    ['the key __proto__', '"app":null', '"app":null,"__proto__":{"polluted":true}', /__proto__/],
  ])('refuses %s even under a right checksum', (_, from, to, reason) => {
    const record = (lines[1] ?? '').replace(/^.*"record":/, '').replace(/\}\n$/, '');
    const { records, damage } = decodeJournal(bytes(lineOf(record.replace(from, to))));
    expect(records).toEqual([]);
    expect(damage[0]?.reason).toMatch(reason);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('refuses __proto__ inside a map too', () => {
    const failure = { stage: 'launch', code: 'E', message: 'm', facts: {}, hint: null };
    const record = JSON.stringify({ ...trial, outcome: { state: 'failed', failure } });
    const line = lineOf(record.replace('"facts":{}', '"facts":{"__proto__":1}'));
    expect(decodeJournal(bytes(line)).damage[0]?.reason).toMatch(/__proto__/);
  });

  test.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('never gets a line with %d in it', (bad) => {
    expect(() => encodeLine({ ...baseline, cpuUsPerExec: bad })).toThrow(
      expect.objectContaining({ code: 'E_INTERNAL' }),
    );
  });
});

/** A line with a right checksum around any text, by an implementation of CRC-32 of the test's own. */
function lineOf(record: string): string {
  let crc = 0xffffffff;
  for (const byte of bytes(record)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  const sum = ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0');
  return `{"v":1,"crc":"${sum}","record":${record}}\n`;
}
