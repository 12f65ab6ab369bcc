import { expect, test } from 'vitest';
import type { BrakeEvent } from '../../../domain/history/brake-event.ts';
import { principalEvent } from '../../../domain/history/event.ts';
import { resumeAskedEvent } from '../../../domain/history/trading-event.ts';
import { approvalsOf, requestsLike, voidedByARollback } from '../../../domain/proof/trading-approvals.ts';
import type { SeenExecution } from '../../../domain/proof/witnessed-answer.ts';

const at = (minute: number) => `2026-03-02T09:${String(minute).padStart(2, '0')}:00.000Z`;
type More = { only?: string[] | null; halts?: string[]; minute?: number; fence?: number };
const asked = (by: string, operator: string, { only = null, halts = ['h-1'], minute = 0, fence = 7 }: More = {}) =>
  resumeAskedEvent({ operator, reason: 'settled', only, by, at: at(minute) }, { halts, fence }) as BrakeEvent;
const verified = (by: string, name: string) =>
  principalEvent(by, `arn:aws:sts::1:assumed-role/trader/${name}`, at(1)) as BrakeEvent;
const execution = (operator: string, status = 'SUCCEEDED'): SeenExecution => ({
  ...{ status, input: { operator, reason: 'settled' }, output: {}, started_at: 0, stopped_at: null },
});
const two = [asked('e-1', 'ana'), verified('e-1', 'ana'), asked('e-2', 'bo', { minute: 5 }), verified('e-2', 'bo')];
const people = (events: BrakeEvent[], seen: Record<string, SeenExecution>) =>
  approvalsOf(events, requestsLike(events, 'e-2'), new Map(Object.entries(seen))).people;
const both = { 'e-1': execution('ana'), 'e-2': execution('bo', 'RUNNING') };

test('two people who want the same within half an hour are two', () => {
  expect(people(two, both)).toEqual(['ana', 'bo']);
});

test.each<[string, BrakeEvent[], Record<string, SeenExecution>]>([
  [
    'the same person in another role',
    two.with(1, principalEvent('e-1', 'arn:aws:iam::1:user/bo', at(1)) as BrakeEvent),
    both,
  ],
  ['somebody who is not verified', two.filter(({ id }) => id !== 'principal-verified/e-1'), both],
  ['a request for another halt', two.with(0, asked('e-1', 'ana', { halts: ['h-0'] })), both],
  ['a request for other hosts', two.with(0, asked('e-1', 'ana', { only: ['host-1'] })), both],
  ['a request that is older than half an hour', two.with(2, asked('e-2', 'bo', { minute: 31 })), both],
  ['a request before a rollback took the fleet', two.with(0, asked('e-1', 'ana', { fence: 6 })), both],
  ['an item without an execution', two, { ...both, 'e-1': 'missing' }],
  ['an execution that cannot be read', two, { ...both, 'e-1': 'unreadable' }],
  ['an execution that failed', two, { ...both, 'e-1': execution('ana', 'FAILED') }],
  ['an item that says otherwise than its execution', two, { ...both, 'e-1': execution('chris') }],
])('%s does not count', (_, events, seen) => {
  expect(people(events, seen)).toEqual(['bo']);
});

test('people whose requests a rollback voided are named, and only those', () => {
  expect(voidedByARollback(two, 'e-2')).toEqual([]);
  expect(voidedByARollback(two.with(0, asked('e-1', 'ana', { fence: 6 })), 'e-2')).toEqual(['ana']);
  expect(voidedByARollback(two.with(0, asked('e-1', 'ana', { fence: 6, halts: ['h-0'] })), 'e-2')).toEqual([]);
});

test('an execution that has not asked has nobody beside it', () => {
  expect(requestsLike(two, 'e-3')).toEqual([]);
});
