import { expect, test } from 'vitest';
import { readyText } from '../../../cli/text/ready-text.ts';
import { bad, good, type Line, type Readiness } from '../../../domain/ready/readiness.ts';

const at = '2026-03-02T09:00:00.000Z';
const of = (lines: readonly Line[], state: Readiness['state']): Readiness => ({
  ...{ phase: 1, version: 'v1.5.0', state, at, light: false, by: 'arn', lines },
  ...{ asked_at: at, report_id: 'r', asked: [] },
});
const hosts = Array.from({ length: 7 }, (_, i) => ({ name: `host-${i + 1}`, found: 'no tag' }));

test('the verdict comes first, then what is wrong with hosts and what to do, then the rest', () => {
  const lines = [good('contacts', 'right'), bad('tag', 'Wrong on 7 of 9 hosts: host-1 and 6 more', 'Prepare', hosts)];
  expect(readyText(of(lines, 'not ready')).split('\n')).toEqual([
    `NOT READY: phase 1, v1.5.0: 1 of 2 lines, as of ${at}.`,
    '  NOT READY  Previous version tagged: Wrong on 7 of 9 hosts: host-1 and 6 more.',
    ...hosts.slice(0, 5).map(({ name }) => `             ${name}: no tag`),
    '             and 2 more: add --json',
    '             -> Prepare',
    '  ready      Contact list current: right.',
  ]);
});

test('a phase that is ready has its evidence', () => {
  expect(readyText(of([good('tag', 'it is there')], 'ready')).split('\n')).toEqual([
    `READY: phase 1, v1.5.0 can be rolled back, as of ${at}.`,
    '  ready      Previous version tagged: it is there.',
  ]);
});
