import { expect, test } from 'vitest';
import type { BrakeEvent } from '../../../domain/history/brake-event.ts';
import { stillOwed, whyHalf } from '../../../domain/message/half-rolled-back.ts';
import { type Owed, owedReasons } from '../../../domain/message/owed-before-resume.ts';

const hostOf = (n: number) => ({ instance_id: `i-${n}`, name: `host-${n}` });
const hosts = [1, 2].map(hostOf);
const leftOut: Owed = { hosts: [{ ...hostOf(2), phase: 1, rollback: 'r-1', left_out: true }], steps: [] };
const away: Owed = { hosts: [{ ...hostOf(2), phase: 3, rollback: 'r-1' }], steps: [] };
const skipped: Owed = { hosts: [], steps: [{ phase: 1, step: 'clear-corrupted-cache', rollback: 'r-2' }] };
const refusal = (owed: Owed, trading = hosts, despite: string[] = [], events: readonly BrakeEvent[] = []) =>
  whyHalf([], stillOwed(owedReasons(owed, trading, ''), events), { despite, words: '' });
const resumed = (despite: string[]) => [{ type: 'Trading resumed', detail: { despite } }] as unknown as BrakeEvent[];

test.each<[string, Owed, string]>([
  [
    'that a person left out',
    leftOut,
    'The rollback of phase 1 is owed to host-2, because a person left it out of rollback r-1. Roll back: npm run rollback -- start --phase 1 --only-hosts host-2 ',
  ],
  [
    'that was away',
    away,
    'The rollback of phase 3 is owed to host-2, because it was away during rollback r-1. Roll back: npm run rollback -- start --phase 3 --only-hosts host-2 ',
  ],
  [
    'on which people skipped a step',
    skipped,
    'People skipped clear-corrupted-cache on every host in rollback r-2, and no rollback of phase 1 has done it since. Roll back: npm run rollback -- start --phase 1 --from clear-corrupted-cache ',
  ],
])('trading resumes on no host %s, and the refusal names the start that finishes the work', (_, owed, words) => {
  expect(refusal(owed)).toContain(words);
  expect(refusal(owed)).toContain(`resume --despite ${owed === skipped ? 'r-2' : 'r-1'} `);
});

test.each<[string, string | undefined]>([
  ['the other hosts', refusal(leftOut, [hostOf(1)])],
  ['a host of which the person knows that', refusal(leftOut, hosts, ['r-1'])],
  ['a host of which people knew it when they resumed', refusal(leftOut, hosts, [], resumed(['r-1']))],
  ['hosts to which nothing is owed', refusal({ hosts: [], steps: [] })],
])('trading resumes on %s', (_, refused) => expect(refused).toBeUndefined());
