import { expect, test } from 'vitest';
import type { RollbackCause } from '../../../domain/decision/rollback-cause.ts';
import { chainWith, type EventType } from '../../../domain/history/event.ts';
import { type KeptOverTheNightDeps, keptOverTheNight } from '../../../lambdas/open-rollback/kept-over-the-night.ts';

const name = 'rollback-test-phase-1-data_corruption';
const opened = ['Rollback opened', { phase: 1, alarm: { name, changed_at: 'x' } }] as const;
const closed = (detail: Record<string, unknown>) =>
  ['Rollback closed', { ending: 'Needs a person', problem: 'x', fleet: 'held', ...detail }] as const;
const overNight = closed({ off_until: '2026-03-03T08:00:00.000Z' });
const released = ['Fleet released', { operator: 'ana', reason: 'looked' }] as const;
type Sample = readonly [EventType, Record<string, unknown>];

const handled = async (samples: readonly Sample[], { alarm = name, phase = 1, calendar = true } = {}) => {
  const again: unknown[] = [];
  const events = chainWith(
    'r-1',
    [],
    samples.map(([type, detail], i) => ({ id: `${i}`, type, at: '2026-03-02T17:00:00.000Z', detail })),
  );
  const deps = {
    claims: { endAlarmClaim: async (...of: unknown[]) => void again.push(of.at(-1)) },
    locks: { holder: async () => ({ rollback: 'r-1', phase: 1 }) },
    history: { events: async () => events },
    sessionsOf: () => (calendar ? { from: 0, until: 0, sessions: [] } : undefined),
    now: () => Date.parse('2026-03-03T08:02:00.000Z'),
  } as unknown as KeptOverTheNightDeps;
  const cause = { alarm: { name: alarm, changed_at: '2026-03-03T08:01:00.000Z' } } as unknown as RollbackCause;
  const found = await keptOverTheNight(
    deps,
    { claim: { rollback: 'r-2', execution_arn: 'arn:r-2' }, cause, phase },
    'trading',
  );
  return { found, again };
};

test('the morning alarm of a rollback that the close stopped asks nobody, and is looked at again', async () => {
  const { found, again } = await handled([opened, overNight]);
  expect(found?.detail).toMatchObject({ decision: 'Already handled', why: [expect.stringContaining('Rollback r-1')] });
  expect(again).toEqual(['2026-03-03T08:06:00.000Z']);
});

test.each<[string, readonly Sample[], Parameters<typeof handled>[1]]>([
  ['the fleet was released', [opened, overNight, released], {}],
  ['the rollback stopped in session', [opened, closed({})], {}],
  ['it is another alarm', [opened, overNight], { alarm: 'rollback-test-phase-1-security_issue' }],
  ['it is another phase', [opened, overNight], { phase: 2 }],
  ['the phase has no calendar', [opened, overNight], { calendar: false }],
])('it is handled as any other if %s', async (_, samples, of) => {
  expect(await handled(samples, of)).toEqual({ found: undefined, again: [] });
});
