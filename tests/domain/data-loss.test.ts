import { expect, test } from 'vitest';
import { dataLoss } from '../../domain/data-loss.ts';

const report = (report: Record<string, unknown> | null) => ({ verdict: 'done', report }) as const;
const failed = (report: Record<string, unknown>) => ({ verdict: 'failed', report }) as const;

test.each<[string, Parameters<typeof dataLoss>[0], boolean | null]>([
  ['no report', [], null],
  ['reports of steps that take nothing away', [report({ version: 'v1' }), report(null)], null],
  ['every report that says anything says no', [report({ lost: false }), report({ version: 'v1' })], false],
  ['one host of many lost something', [report({ lost: false }), report({ lost: true }), report({ lost: false })], true],
  ['a host that failed lost something', [report({ lost: false }), failed({ lost: true })], true],
  ['a database that SQLite finds damaged', [report({ lost: false, integrity: 'row 3 missing from index' })], true],
  ['a database that SQLite finds whole', [report({ lost: false, integrity: 'ok' })], false],
  ['something else than yes or no', [report({ lost: 'no' })], null],
])('%s', (_, answers, loss) => {
  expect(dataLoss(answers)).toBe(loss);
});
