import { describe, expect, test } from 'vitest';
import { followUpText, type SeenFollowUp } from '../../../cli/text/follow-up-text.ts';

const none = { draft: null, accepted: null };
const followUp: SeenFollowUp = {
  begun_at: '2026-11-30T17:30:00.000Z',
  execution: 'arn:e-1',
  execution_status: 'RUNNING',
  watched_until: '2026-12-01T17:28:00.000Z',
  over_at: null,
  ...{ checks: [], tasks: [] },
  reports: { interim: none, 'post-mortem': none },
};
const text = (changes: Partial<SeenFollowUp>) =>
  followUpText('r-1', { ...followUp, ...changes }, { now: '2026-11-30T18:00:00.000Z', environment: 'production' });
const begin = 'npm run rollback -- follow-up r-1 --begin --environment production';

describe('a follow-up', () => {
  test('that runs goes on', () => {
    expect(text({})).toContain('Follow-up of rollback r-1: goes on, begun');
    expect(text({})).toContain('watched until 2026-12-01T17:28:00.000Z');
    expect(text({})).not.toContain(begin);
  });

  test.each(['ABORTED', 'FAILED', 'TIMED_OUT', 'SUCCEEDED', 'DELETED'])(
    'whose execution is %s before its end has stopped, and is to be begun again',
    (execution_status) => {
      const shown = text({ execution_status });
      expect(shown).toContain(`Follow-up of rollback r-1: STOPPED, its execution is ${execution_status}`);
      expect(shown).toContain('NOT WATCHED');
      expect(shown).not.toContain('watched until');
      expect(shown).toContain(begin);
    },
  );

  test('whose execution cannot be read is neither going on nor stopped', () => {
    const shown = text({ execution_status: 'unreadable' });
    expect(shown).toContain('not known whether it goes on, because arn:e-1 could not be read');
    expect(shown).not.toContain('STOPPED');
  });

  test('that is over is not begun again', () => {
    const shown = text({ over_at: '2026-12-07T17:28:00.000Z', execution_status: 'SUCCEEDED' });
    expect(shown).toContain('over since 2026-12-07T17:28:00.000Z');
    expect(shown).not.toContain(begin);
  });
});
