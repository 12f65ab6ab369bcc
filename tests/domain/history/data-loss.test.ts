import { expect, test } from 'vitest';
import { dataLoss, type HostStepReport, whyDataLossUnknown } from '../../../domain/history/data-loss.ts';

const answer = (
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
  ['steps that remove no data', [answer('a', { version: 'v1' }), answer('b', null)], null],
  ['every host reports no loss', [answer('a', no), answer('b', no)], false],
  ['one host of two does not report on loss', [answer('a', no), answer('b', { files: 3 })], null],
  ['one host of two has no report', [answer('a', no)], null],
  ['one host of two failed, even with a report of no loss', [answer('a', no), answer('b', no, 'failed')], null],
  ['a step with an unknown end', [answer('a', no), answer('b', null, 'unknown')], null],
  ['one host reports a loss', [answer('a', no), answer('b', { lost: true })], true],
  ['a failed host reports a loss', [answer('a', no), answer('b', { lost: true }, 'failed')], true],
  [
    'a host removed more rows than it exported, and reports no loss',
    [answer('a', no), answer('b', { ...no, rows: { exported: 126, removed: 930 } })],
    true,
  ],
  ['a database that fails the integrity check', [answer('a', no), answer('b', { ...no, integrity: 'row 3' })], true],
  [
    'a host removed fewer keys than it exported',
    [answer('a', no), answer('b', { ...no, keys: { exported: 3, removed: 2 } })],
    false,
  ],
  ['a value that is neither true nor false', [answer('a', { lost: 'no' }), answer('b', { lost: 'no' })], null],
])('%s', (_, answers, loss) => {
  expect(dataLoss(answers, ['a', 'b'])).toBe(loss);
});

test('is null if a step ended without a report, because it may have removed data', () => {
  const silent = { step: 'clear-state', instance_id: 'a', verdict: 'failed', report: null } as const;
  const before = [answer('a', no), answer('b', no)];
  expect(dataLoss([...before, { ...silent, command_id: 'c-1' }], ['a', 'b'])).toBeNull();
  expect(dataLoss([...before, { ...silent, command_id: null }], ['a', 'b'])).toBe(false); // never sent
});

test('is null unless every host reports on each step that removes data', () => {
  const other = [answer('a', no), answer('b', no)].map((one) => ({ ...one, step: 'clear-state' }));
  expect(dataLoss([answer('a', no), ...other], ['a', 'b'])).toBeNull();
});

test.each<[string, HostStepReport[], string]>([
  [
    'a step ended without a report',
    [answer('a', no), { ...answer('b', null, 'failed'), command_id: 'c' }],
    'clear-cache ended without a report on 1 of 2 hosts',
  ],
  [
    'a host has not reported',
    [answer('a', no), answer('b', no, 'failed')],
    'clear-cache has not reported that nothing is lost on 1 of 2 hosts',
  ],
  ['no step removed data', [answer('a', { version: 'v1' })], 'no host reported a step that removes data'],
])('gives the reason for null: %s', (_, answers, why) => {
  expect(dataLoss(answers, ['a', 'b'])).toBeNull();
  expect(whyDataLossUnknown(answers, 2)).toBe(`not known: ${why}`);
});
