import { describe, expect, test } from 'vitest';
import { resumedOn } from '../../../domain/history/resumed-trading.ts';

type Verdict = Parameters<typeof resumedOn>[0][number];
const steps = { all: ['halt', 'restore', 'resume'], resuming: ['resume'] };
const of = (step: string, verdict: Verdict['verdict'], report: Verdict['report'] = null): Verdict => ({
  ...{ step, instance_id: 'i-1', verdict, report },
});

describe('the hosts on which an earlier rollback resumed trading, or may have', () => {
  test.each<[string, Verdict]>([
    ['its step did', of('resume', 'done', { trading: 'running' })],
    ['its step failed, because the script may have run', of('resume', 'failed')],
    ['nobody knows what its step did', of('resume', 'unknown')],
    ['a step of another phase did', of('phase-1-resume-operations', 'done', { trading: 'running' })],
  ])('are named if %s', (_, verdict) => expect(resumedOn([verdict, verdict], steps)).toEqual(['i-1']));

  test.each<[string, Verdict]>([
    ['its step was never sent', of('resume', 'not started')],
    ['the host had left the fleet', of('resume', 'lost')],
    ["people's halt was in force", of('resume', 'done', { trading: 'stopped', held_by: 'halt-1' })],
    ['another step ended', of('restore', 'done', { changed: 3 })],
  ])('are none if %s', (_, verdict) => expect(resumedOn([verdict], steps)).toEqual([]));

  test('are none if the new rollback begins at that step, because nothing acts between a stop and it', () => {
    expect(resumedOn([of('resume', 'done', { trading: 'running' })], { ...steps, resuming: [] })).toEqual([]);
  });
});
