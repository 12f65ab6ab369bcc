import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../config/infra.ts';
import { type Retrier, transientErrors } from '../../statemachines/asl.ts';
import { transientErrorsOnHosts } from '../../statemachines/states/host-tasks.ts';
import { headings } from './headings.ts';

const page = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const pageOf = (anchor: string) => page.split(/^(?=## )/m).find((one) => headings(one)[0] === anchor) ?? '';

// What docs/runbook.md must say of each way in which people meet a rollback; its machines' endings: rendered.test.ts.
describe.each([
  'rolled-back',
  'rolled-back-unverified',
  'needs-a-person',
  'question-open',
  'stood-down',
  'fix-forward',
  'deferred-to-next-release',
  'observed-only',
  'answered',
  'answer-refused',
  'limit-at-risk',
  'limit-missed',
  'question-not-sent',
  'principal-dead-letters',
])('the page of %s', (anchor) => {
  test.each([
    'What happened.',
    'What state the hosts are in.',
    'Look here.',
    'Do this.',
    'It is over when',
    'To undo it.',
  ])('says **%s**', (part) => {
    expect(pageOf(anchor)).toContain(`\n**${part}**`);
  });
});

describe('a number on the pages is the one that the machines and settings have', () => {
  const words = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
  type Retried = {
    readonly Retry?: readonly { ErrorEquals: string[]; MaxAttempts: number; IntervalSeconds: number }[];
  };
  const statesOf = (phase: number): Retried[] =>
    Object.values(
      JSON.parse(readFileSync(new URL(`../../statemachines/rendered/phase-${phase}.asl.json`, import.meta.url), 'utf8'))
        .States,
    );
  /** How a step that failed is tried again, all states of all phases together: with flags and without. */
  const again = (tells: string) => {
    const states = [1, 2, 3, 4].flatMap(statesOf).filter((state) => JSON.stringify(state).includes(tells));
    const retries = states.flatMap(({ Retry = [] }) => Retry.filter((one) => one.ErrorEquals.includes('StepFailed')));
    return new Set(retries.map(({ MaxAttempts, IntervalSeconds }) => `${words[MaxAttempts]} more, ${IntervalSeconds}`));
  };
  const tries = /after (\w+) more tries, (\d+) s apart; one that sets a flag after (\w+) more, (\d+) s apart/;

  test('tries of a step, and of one that sets flags', () => {
    const [, step, stepApart, flag, flagApart] = tries.exec(pageOf('needs-a-person').replaceAll('\n', ' ')) ?? [];
    expect([...again('${RunOnHosts}')]).toEqual([`${step} more, ${stepApart}`]);
    expect([...again('${FlipFlag}')]).toEqual([`${flag} more, ${flagApart}`]);
  });

  test('limits', () => {
    const { CRITICAL, HIGH, MEDIUM } = readEnvironment('production').limits;
    expect(pageOf('limit-at-risk').replaceAll('\n', ' ')).toContain(
      `${CRITICAL / 60} minutes for CRITICAL, ${HIGH / 3600} hour for HIGH, ${MEDIUM / 3600} hours for MEDIUM`,
    );
  });

  /** In minutes, every wait as long as it may be. */
  function longest({ IntervalSeconds, BackoffRate = 1, MaxDelaySeconds = Infinity, MaxAttempts }: Retrier): number {
    const waits = Array.from({ length: MaxAttempts }, (_, i) => IntervalSeconds * BackoffRate ** i);
    return waits.reduce((sum, one) => sum + Math.min(one, MaxDelaySeconds), 0) / 60;
  }

  test('how long a function is tried again', () => {
    const page = pageOf('function-throttled').replaceAll('\n', ' ');
    expect(longest(transientErrors)).toBe(1.5);
    expect(page).toContain('for up to a minute and a half');
    expect(longest(transientErrorsOnHosts)).toBe(4.5);
    expect(page).toContain('through some two minutes and at the most four and a half');
  });
});
