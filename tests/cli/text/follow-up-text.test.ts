import { describe, expect, test } from 'vitest';
import { followUpText, unreadable } from '../../../cli/text/follow-up-text.ts';
import type { FollowUp } from '../../../domain/follow-up/follow-up.ts';

const none = { draft: null, accepted: null };
const followUp: FollowUp = {
  begun_at: '2026-11-30T17:30:00.000Z',
  execution: 'arn:e-1',
  watched_until: '2026-12-01T17:28:00.000Z',
  over_at: null,
  ...{ checks: [], tasks: [], evidence: [] },
  reports: { interim: none, 'post-mortem': none },
};
const text = (execution: string, changes: Partial<FollowUp> = {}) =>
  followUpText(
    'r-1',
    { ...followUp, ...changes },
    { now: '2026-11-30T18:00:00.000Z', environment: 'production', execution },
  );
const begin = 'npm run rollback -- follow-up r-1 --begin --environment production';

test('names the objects with metrics and logs, and what is missing', () => {
  expect(text('RUNNING')).toContain('EVIDENCE\n  none collected yet');
  const at = '2026-11-30T21:30:00.000Z';
  const logs = [
    { of: 'product', key: 'follow-up/r-1/logs-product-4h-0.json', sha256: '0', lines: 3, matched: 3 },
    { of: 'trading', missing: 'throttled' },
  ] as const;
  const shown = text('RUNNING', {
    evidence: [{ at, hours: 4, key: 'follow-up/r-1/evidence-4h-0.json', sha256: '0', logs }],
  });
  expect(shown).toContain('  metrics      follow-up/r-1/evidence-4h-0.json, 4 hours after the end');
  expect(shown).toContain(
    "  logs         follow-up/r-1/logs-product-4h-0.json: 3 of 3 lines of the product's functions",
  );
  expect(shown).toContain('  logs         NOT KNOWN: of the trading system: throttled');
});

describe('a follow-up', () => {
  test('that runs goes on', () => {
    expect(text('RUNNING')).toContain('Follow-up of rollback r-1: goes on, begun');
    expect(text('RUNNING')).toContain('watched until 2026-12-01T17:28:00.000Z');
    expect(text('RUNNING')).not.toContain(begin);
  });

  test.each(['ABORTED', 'FAILED', 'TIMED_OUT', 'SUCCEEDED', 'DELETED'])(
    'whose execution is %s before its end has stopped, and is to be begun again',
    (status) => {
      const shown = text(status);
      expect(shown).toContain(`Follow-up of rollback r-1: STOPPED (its execution is ${status})`);
      expect(shown).toContain('hosts     not watched; planned until');
      expect(shown).toContain(begin);
    },
  );

  test('whose execution cannot be read is neither going on nor stopped', () => {
    const shown = text(unreadable);
    expect(shown).toContain('not over; whether its execution still runs could not be read');
    expect(shown).not.toContain('STOPPED');
  });

  test('that is over is not begun again', () => {
    const shown = text('SUCCEEDED', { over_at: '2026-12-07T17:28:00.000Z' });
    expect(shown).toContain('over since 2026-12-07T17:28:00.000Z');
    expect(shown).not.toContain(begin);
  });
});

describe('after a relapse', () => {
  const check = { hours: 2, says: ['Not healthy: host-1.'], look: null, at: '2026-11-30T19:30:00.000Z' };
  const later = { rollback_id: 'r-2', start_time: '2026-11-30T19:00:00.000Z', ending: 'Needs a person' } as const;
  const next = (checks: FollowUp['checks']) =>
    followUpText(
      'r-1',
      { ...followUp, checks },
      { now: '2026-11-30T20:00:00.000Z', environment: 'production', execution: 'RUNNING', later },
    ).split('NEXT\n')[1];

  test('the first thing to do is to see what followed', () => {
    expect(next([{ ...check, state: 'relapsed' }])).toMatch(
      /^ {2}It is not well again, by the check of 2026-11-30T19:30:00.000Z. What to do: docs\/runbook.md#relapse\n {2}Rollback r-2 began later: it ended "Needs a person". See it:\n {2}npm run rollback -- show r-2 --environment production/,
    );
  });

  test('a later check that found all healthy ends it, and one that found nothing out does not', () => {
    const relapsed = { ...check, state: 'relapsed' } as const;
    expect(next([relapsed, { ...check, state: 'healthy' }])).not.toContain('relapse');
    expect(next([relapsed, { ...check, state: 'unknown' }])).toContain('runbook.md#relapse');
  });
});
