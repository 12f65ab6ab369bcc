import { describe, expect, test } from 'vitest';
import { followUpText, unreadable } from '../../../cli/text/follow-up-text.ts';
import type { FollowUp } from '../../../domain/follow-up/follow-up.ts';

const none = { draft: null, accepted: null };
const followUp: FollowUp = {
  begun_at: '2026-11-30T17:30:00.000Z',
  execution: 'arn:e-1',
  watched_until: '2026-12-01T17:28:00.000Z',
  over_at: null,
  ...{ checks: [], tasks: [] },
  reports: { interim: none, 'post-mortem': none },
};
const text = (execution: string, changes: Partial<FollowUp> = {}) =>
  followUpText(
    'r-1',
    { ...followUp, ...changes },
    { now: '2026-11-30T18:00:00.000Z', environment: 'production', execution },
  );
const begin = 'npm run rollback -- follow-up r-1 --begin --environment production';

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
