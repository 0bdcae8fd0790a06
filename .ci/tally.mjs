// Prints the tests' result in one plain line, from vitest's JSON. A skipped test counts as a failure, unless
// expected-skips.json says why it cannot run here.
import { readFileSync } from 'node:fs';

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
const expected = read(new URL('expected-skips.json', import.meta.url)).map(({ test, reason }) => ({
  pattern: new RegExp(test),
  reason,
}));
const report = read(process.argv[2]);
const tests = report.testResults.flatMap((file) => file.assertionResults);
const count = (status) => tests.filter((test) => test.status === status).length;

let unexpected = 0;
for (const { fullName, status } of tests) {
  if (status === 'passed' || status === 'failed') continue;
  const known = expected.find(({ pattern }) => pattern.test(fullName));
  if (known === undefined) unexpected += 1;
  console.log(
    `skipped${known === undefined ? ', unexpectedly' : ''}: ${fullName}${known === undefined ? '' : ` (${known.reason})`}`,
  );
}
// A file that does not load has no tests to count, and failed all the same.
const broken = report.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
);
for (const { name, message } of broken) console.log(`did not load: ${name}: ${message.split('\n')[0]}`);
for (const { fullName, status } of tests) if (status === 'failed') console.log(`failed: ${fullName}`);
const failed = count('failed') + broken.length + unexpected;
console.log(`${count('passed')} passed, ${failed} failed`);
process.exitCode = failed > 0 || !report.success ? 1 : 0;
