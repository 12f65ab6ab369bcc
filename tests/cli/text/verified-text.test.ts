import { expect, test } from 'vitest';
import { verifiedText } from '../../../cli/text/verified-text.ts';

const checked = { months: 1, links: 25, rollbacks: 2, exports: 26 };
const finding = { rollback: null, says: 'BROKEN: link 3 of 2026-11 is missing' };
const rest = '25 links of 1 month, 26 exported objects';
const heads = (breaks: number, complete: boolean, known: number | null) =>
  verifiedText({ complete, breaks, known, findings: breaks > 0 ? [finding] : [], notes: [], checked }).split('\n')[0];

test('work to the end is intact or broken', () => {
  expect(heads(0, true, 2)).toBe(`INTACT: 2 rollbacks, ${rest}.`);
  expect(heads(2, true, 2)).toBe(`BROKEN: 2 breaks in 2 rollbacks, ${rest}. The first:`);
});

test.each<[number, number | null, string]>([
  [0, 5, 'no break so far in 2 of 5 known rollbacks'],
  [1, 5, 'one break so far in 2 of 5 known rollbacks'],
  [2, 1, '2 breaks so far in 2 of 2 known rollbacks'],
  [2, null, '2 breaks so far in no rollback'],
])(
  'work that was interrupted after %i breaks, with %j rollbacks known, says so and how far it came',
  (breaks, known, what) => {
    expect(heads(breaks, false, known)).toBe(
      `INTERRUPTED: ${what}, ${rest}. The others were not looked at; run the command again.`,
    );
  },
);

test('work that was interrupted lists the breaks that it found', () => {
  const text = verifiedText({ complete: false, breaks: 1, known: 5, findings: [finding], notes: [], checked });
  expect(text).toContain(`\n  ${finding.says}\n`);
});
