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
  ['reports of steps that take nothing away', [answer('a', { version: 'v1' }), answer('b', null)], null],
  ['every host says no', [answer('a', no), answer('b', no)], false],
  ['one host of two says nothing', [answer('a', no), answer('b', { files: 3 })], null],
  ['one host of two was never asked', [answer('a', no)], null],
  ['one host of two failed, whatever it says', [answer('a', no), answer('b', no, 'failed')], null],
  ['a step that nobody knows the end of', [answer('a', no), answer('b', null, 'unknown')], null],
  ['one host lost something', [answer('a', no), answer('b', { lost: true })], true],
  ['a host that failed lost something', [answer('a', no), answer('b', { lost: true }, 'failed')], true],
  [
    'a host removed more rows than it exported, and says no',
    [answer('a', no), answer('b', { ...no, rows: { exported: 126, removed: 930 } })],
    true,
  ],
  ['a database that is not sound afterwards', [answer('a', no), answer('b', { ...no, integrity: 'row 3' })], true],
  [
    'a host removed fewer than it exported',
    [answer('a', no), answer('b', { ...no, keys: { exported: 3, removed: 2 } })],
    false,
  ],
  ['something else than yes or no', [answer('a', { lost: 'no' }), answer('b', { lost: 'no' })], null],
])('%s', (_, answers, loss) => {
  expect(dataLoss(answers, ['a', 'b'])).toBe(loss);
});

test('a step that ended without a word on every host may have taken something: nobody knows', () => {
  const silent = { step: 'clear-state', instance_id: 'a', verdict: 'failed', report: null } as const;
  const before = [answer('a', no), answer('b', no)];
  expect(dataLoss([...before, { ...silent, command_id: 'c-1' }], ['a', 'b'])).toBeNull();
  expect(dataLoss([...before, { ...silent, command_id: null }], ['a', 'b'])).toBe(false); // never sent
});

test('each step that takes something away must be answered by every host', () => {
  const other = [answer('a', no), answer('b', no)].map((one) => ({ ...one, step: 'clear-state' }));
  expect(dataLoss([answer('a', no), ...other], ['a', 'b'])).toBeNull();
});

test.each<[string, HostStepReport[], string]>([
  [
    'a step ended without a word',
    [answer('a', no), { ...answer('b', null, 'failed'), command_id: 'c' }],
    'clear-cache ended without a report on 1 of 2 hosts',
  ],
  [
    'a host has not said so',
    [answer('a', no), answer('b', no, 'failed')],
    'clear-cache has not reported that nothing is lost on 1 of 2 hosts',
  ],
  ['nobody took anything', [answer('a', { version: 'v1' })], 'no host reported a step that removes data'],
])('says why it is not known: %s', (_, answers, why) => {
  expect(dataLoss(answers, ['a', 'b'])).toBeNull();
  expect(whyDataLossUnknown(answers, 2)).toBe(`not known: ${why}`);
});
