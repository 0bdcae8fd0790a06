import { expect, test } from 'vitest';
import { describeResultsFormat } from '../../../../results/schema/describe.ts';
import { describeErrors, describeFindings } from '../../../../results/schema/describe-codes.ts';

// `npm run docs` runs this file with --update, which is how the documents are made.
const docs = '../../../../docs';

test('docs/results-format.md is what the schemas say', async () => {
  await expect(describeResultsFormat()).toMatchFileSnapshot(`${docs}/results-format.md`);
});

test('docs/findings.md is what the table of findings says', async () => {
  await expect(describeFindings()).toMatchFileSnapshot(`${docs}/findings.md`);
});

test('docs/errors.md is what the table of errors says', async () => {
  await expect(describeErrors()).toMatchFileSnapshot(`${docs}/errors.md`);
});

test('every named record has a section, and every link leads to one', () => {
  const text = describeResultsFormat();
  const sections = [...text.matchAll(/^## (\w+)$/gm)].map((match) => match[1]?.toLowerCase());
  const links = [...text.matchAll(/\]\(#([\w-]+)\)/g)].map((match) => match[1]);
  expect(sections).toContain('trialrecord');
  expect(links.filter((link) => !sections.includes(link))).toEqual([]);
});
