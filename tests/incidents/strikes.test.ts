import { expect, test } from 'vitest';
import type { Evidence } from '../../incidents/evidence.ts';
import { struckIn } from '../../incidents/strikes.ts';
import { at, closed, evidence, rollback } from './evidence.ts';

const struck = (of: Partial<Evidence>) => struckIn(evidence(of));
const story = (...when: object[]) => ({ ...evidence().story, when: when.map((one) => ({ at: 0, ...one })) }) as never;
/** The item of an event in the history of the brakes. */
const brake = (type: string) => ({ pk: 'EVENT##brakes', sk: '000001', sequence: 1, type, at: at(5), detail: {} });

test('nothing struck if nothing happened', () => {
  expect(struck({})).toEqual([]);
});

test('a host in a state struck if a rollback passed it by, and not if it was only drawn', () => {
  const of = { story: story({ host: { name: 'host-2', state: 'terminated' } }) };
  expect(struck(of)).toEqual([]);
  const hostsLost = { type: 'Hosts lost', at: at(5), detail: { lost: 1, names: ['host-2'], reasons: [] } } as const;
  const rollbacks = [rollback('one', [hostsLost, closed('Rolled back, unverified')])];
  expect(struck({ ...of, rollbacks })).toContain('a host that was terminated or deregistered was passed by');
});

test('few ill hosts struck if a rollback acted on them alone', () => {
  const narrowed = { type: 'Narrowed to ill hosts', at: at(5), detail: { only_hosts: ['host-1'] } } as const;
  expect(struck({ rollbacks: [rollback('one', [narrowed])] })).toEqual(['a few ill hosts were rolled back alone']);
});

test('a brake struck if it was set, and not if its request was refused', () => {
  const drawn = { story: story({ brakes: { action: 'pause' } }, { brakes: { action: 'arm' } }) };
  expect(struck(drawn)).toEqual([]);
  const executions = [{ ...rollback('set-1', []).execution, arn: 'arn:…:rollback-incidents-brakes:1' }] as never;
  expect(struck({ ...drawn, executions, history: [brake('Automation paused')] as never })).toEqual([
    'automation was paused',
  ]);
});

test.each([
  ['an AWS call hung', { happened: [{ event: 'ActionFailed', error: 'NoResponse', at: at(1) }] }],
  ['a function crashed', { happened: [{ event: 'FunctionFailed', does: 'crashes', at: at(1) }] }],
  ['a hybrid node ran a step', { happened: [{ event: 'InvocationEnded', instance: 'mi-1', at: at(1) }] }],
  ['automation was paused', { history: [brake('Automation paused')] }],
  ['a pause was ended', { history: [brake('Automation unpaused')] }],
  ['a version was blocked', { history: [brake('Version blocked')] }],
  ['deployments were frozen', { history: [brake('Deployments frozen')] }],
  ['a budget was armed', { history: [brake('Budget reset')] }],
  [
    'a person chose the row window',
    {
      story: story({ start: { phase: 1, input: { since: '2026-01-05T08:58:00Z' } } }),
      happened: [{ event: 'CommandSent', parameters: { Since: ['2026-01-05T08:58:00Z'] }, at: at(1) }],
    },
  ],
] as const)('%s', (name, of) => {
  expect(struck(of as unknown as Partial<Evidence>)).toEqual([name]);
});
