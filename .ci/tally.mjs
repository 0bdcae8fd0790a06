// Prints the tests' result in one plain line, from vitest's JSON. A skipped test is named, and counts as a failure.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tests = report.testResults.flatMap((file) =>
  file.assertionResults.map((test) => ({ name: test.fullName, status: test.status })),
);
const count = (status) => tests.filter((test) => test.status === status).length;
const skipped = tests.filter((test) => !['passed', 'failed'].includes(test.status));
for (const { name, status } of skipped) console.log(`${status}: ${name}`);
// A file that does not load has no tests to count, and failed all the same.
const broken = report.testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.length === 0,
);
for (const { name } of broken) console.log(`did not load: ${name}`);
if (skipped.length > 0) console.log(`${skipped.length} skipped`);
console.log(`${count('passed')} passed, ${count('failed') + broken.length} failed`);
process.exitCode = count('failed') + broken.length + skipped.length > 0 || !report.success ? 1 : 0;
