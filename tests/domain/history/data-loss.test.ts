import { expect, test } from 'vitest';
import {
  dataLoss,
  type HostStepReport,
  keptWhatItTook,
  whyDataLossUnknown,
} from '../../../domain/history/data-loss.ts';

const reported = (
  instance_id: string,
  report: HostStepReport['report'],
  verdict: HostStepReport['verdict'] = 'done',
): HostStepReport => ({
  step: 'clear-cache',
  instance_id,
  verdict,
  report,
});
const no = { lost: false };

test.each<[string, HostStepReport[], boolean | null]>([
  ['no report', [], null],
  ['steps that remove no data', [reported('a', { version: 'v1' }), reported('b', null)], null],
  ['every host reports no loss', [reported('a', no), reported('b', no)], false],
  ['one host of two does not report on loss', [reported('a', no), reported('b', { files: 3 })], null],
  ['one host of two has no report', [reported('a', no)], null],
  ['one host of two failed, even with a report of no loss', [reported('a', no), reported('b', no, 'failed')], null],
  ['a step with an unknown end', [reported('a', no), reported('b', null, 'unknown')], null],
  ['one host reports a loss', [reported('a', no), reported('b', { lost: true })], true],
  ['a failed host reports a loss', [reported('a', no), reported('b', { lost: true }, 'failed')], true],
  [
    'a host removed more rows than it exported, and reports no loss',
    [reported('a', no), reported('b', { ...no, rows: { exported: 126, removed: 930 } })],
    true,
  ],
  [
    'a database that fails the integrity check',
    [reported('a', no), reported('b', { ...no, integrity: 'row 3' })],
    true,
  ],
  [
    'a host removed fewer keys than it exported',
    [reported('a', no), reported('b', { ...no, keys: { exported: 3, removed: 2 } })],
    false,
  ],
  ['a value that is neither true nor false', [reported('a', { lost: 'no' }), reported('b', { lost: 'no' })], null],
])('%s', (_, reports, loss) => {
  expect(dataLoss(reports, ['a', 'b'])).toBe(loss);
});

test('is null if a step ended without a report, because it may have removed data', () => {
  const silent = { step: 'clear-state', instance_id: 'a', verdict: 'failed', report: null } as const;
  const before = [reported('a', no), reported('b', no)];
  expect(dataLoss([...before, { ...silent, command_id: 'c-1' }], ['a', 'b'])).toBeNull();
  expect(dataLoss([...before, { ...silent, command_id: null }], ['a', 'b'])).toBe(false); // never sent
});

test('is null unless every host reports on each step that removes data', () => {
  const other = [reported('a', no), reported('b', no)].map((one) => ({ ...one, step: 'clear-state' }));
  expect(dataLoss([reported('a', no), ...other], ['a', 'b'])).toBeNull();
});

test.each<[string, HostStepReport[], string]>([
  [
    'a step ended without a report',
    [reported('a', no), { ...reported('b', null, 'failed'), command_id: 'c' }],
    'clear-cache ended without a report on 1 of 2 hosts',
  ],
  [
    'a host has not reported',
    [reported('a', no), reported('b', no, 'failed')],
    'clear-cache has not reported that nothing is lost on 1 of 2 hosts',
  ],
  ['no step removed data', [reported('a', { version: 'v1' })], 'no host reported a step that removes data'],
])('gives the reason for null: %s', (_, reports, why) => {
  expect(dataLoss(reports, ['a', 'b'])).toBeNull();
  expect(whyDataLossUnknown(reports, 2)).toBe(`not known: ${why}`);
});

test.each<[string, HostStepReport['report'], boolean]>([
  ['rows, all kept', { lost: false, rows: { exported: 3, removed: 3 } }, true],
  ['keys, all kept', { lost: false, keys: { exported: 0, removed: 0 } }, true],
  ['rows, with one lost', { lost: true, rows: { exported: 3, removed: 3 } }, false],
  ['more rows than it exported', { lost: false, rows: { exported: 3, removed: 4 } }, false],
  ['rows of a damaged database', { lost: false, integrity: 'malformed', rows: { exported: 3, removed: 3 } }, false],
  ['only files, which a step copies before it changes them', { lost: false, quarantined: 2 }, false],
  ['nothing that is known', null, false],
])('a step that took %s is proved to have kept it: %#', (_, report, proved) => {
  expect(keptWhatItTook(report)).toBe(proved);
});
