import { expect, test } from 'vitest';
import { renderedRetries } from '../../../cli/account/retries.ts';
import { storyProgress } from '../../../cli/text/story-progress.ts';

const at = '2026-03-02T09:00:00.000Z';
const execution = 'arn:r-1';
const switching = 'Switch to backup data source';
const started = { at, event: 'ExecutionStarted', execution, machine: 'rollback-local-phase-1' };
const entered = { at, event: 'TaskStateEntered', execution, name: switching };
const looked = (verdict: string) => ({
  at,
  event: 'InvocationEnded',
  name: 'host-1',
  output: JSON.stringify({ verdict, reason: 'data_source is databento, not barchart' }),
});
const failed = {
  at,
  event: 'TaskFailed',
  execution,
  state: switching,
  error: 'StepFailed',
  cause: JSON.stringify({ errorMessage: `${switching} failed on 1 of 1 hosts: host-1 (data_source is databento).` }),
};
const lines = (events: readonly object[], retries = 1) => {
  const progress = storyProgress(() => retries);
  return events.map((event) => progress({ ...event })?.replace(/^ *\+0:00 +/, ''));
};

test('a look that fails and is repeated reads as a wait', () => {
  expect(lines([started, entered, looked('failed'), failed]).slice(2)).toEqual([
    expect.stringMatching(/^host-1 {3}waits {4}data_source is databento, not barchart/),
    `${switching}: waits, tries again: ${switching} not yet on 1 of 1 hosts: host-1 (data_source is databento).`,
  ]);
});

test('the last look, after which no retry follows, reads as a failure', () => {
  const all = [
    started,
    entered,
    looked('failed'),
    failed,
    looked('failed'),
    { ...failed, cause: 'x failed on host-1.' },
  ];
  expect(lines(all).slice(4)).toEqual([
    expect.stringMatching(/^host-1 {3}failed {3}data_source/),
    `${switching}: x failed on host-1.`,
  ]);
});

test.each(['done', 'refused'])('a host that is %s reads so', (verdict) => {
  expect(lines([started, entered, looked(verdict)]).at(-1)).toMatch(new RegExp(`^host-1 +${verdict} `));
});

test.each([
  ['one phase', 'target-commit'],
  ['several phases', 'phase-3-target-commit'],
])('a host that was only asked for the commit of its target is checked, and not done: %s', (_, step) => {
  const asked = {
    ...looked('done'),
    output: JSON.stringify({ verdict: 'done', step, report: { to: 'v1' } }),
  };
  expect(lines([started, entered, asked]).at(-1)).toBe('host-1   checked  to v1');
});

test('another error than that of a step reads as it is', () => {
  expect(lines([started, entered, { ...failed, error: 'Error', cause: 'No such table.' }]).at(-1)).toBe(
    `${switching}: No such table.`,
  );
});

test('the retries are those of the rendered machine', () => {
  expect(renderedRetries('phase-1', switching)).toBe(10);
  expect(renderedRetries('phase-1', 'Close rollback')).toBe(0);
  expect(renderedRetries('no-such-machine', switching)).toBe(0);
});
