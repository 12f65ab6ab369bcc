import { describe, expect, test } from 'vitest';
import { rollbackCauseOf } from '../../../domain/decision/rollback-cause.ts';

const startedAt = '2026-03-02T09:00:03.000Z';
const severityOf = { data_corruption: 'CRITICAL', performance_degradation: 'HIGH' } as const;
const cause = (input: unknown) => rollbackCauseOf(input, { phase: 1, startedAt, severityOf });

const event = (alarm: string, value = 'ALARM', timestamp = '2026-03-02T09:00:00.000+0000') => ({
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  resources: ['arn:aws:cloudwatch:us-east-1:000000000000:alarm:x'],
  detail: {
    alarmName: alarm,
    state: { value, reason: 'Threshold Crossed', timestamp },
  },
});
const corrupt = 'rollback-local-phase-1-data_corruption';

describe('an alarm event', () => {
  test("starts a live rollback with the severity of triggers.yaml, from the alarm's change of state", () => {
    expect(cause(event(corrupt))).toEqual({
      trigger: 'data_corruption',
      severity: 'CRITICAL',
      reason: 'Threshold Crossed',
      operator: null,
      mode: 'live',
      start_time: '2026-03-02T09:00:00.000Z',
      breaching_since: null,
      only_hosts: null,
      impact: `data_corruption (alarm ${corrupt} is red): Threshold Crossed`,
      alarm: { name: corrupt, changed_at: '2026-03-02T09:00:00.000Z', state: 'ALARM' },
      breach: null,
      silent: false,
    });
  });

  test('of missing data is silent: its datapoints did not breach', () => {
    const reason =
      'Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching].';
    const reasonData = JSON.stringify({
      startDate: '2026-03-02T08:59:30.000+0000',
      period: 10,
      recentDatapoints: [0],
      threshold: 1,
    });
    const silent = event(corrupt);
    Object.assign(silent.detail.state, { reason, reasonData });
    expect(cause(silent)).toMatchObject({ silent: true, breach: null, breaching_since: null });
  });

  test('without data has an impact that says so', () => {
    expect(cause(event(corrupt, 'INSUFFICIENT_DATA')).impact).toContain('has no data)');
  });

  test("has the impact of triggers.yaml, and CloudWatch's reason", () => {
    const impactOf = { data_corruption: 'Orders may rest on corrupt rows.' };
    expect(rollbackCauseOf(event(corrupt), { phase: 1, startedAt, severityOf, impactOf })).toMatchObject({
      impact: `data_corruption (alarm ${corrupt} is red): Orders may rest on corrupt rows.`,
      reason: 'Threshold Crossed',
    });
  });

  test('of a trigger without a severity is HIGH', () => {
    expect(cause(event('rollback-local-phase-1-cost_explosion')).severity).toBe('HIGH');
  });

  test('in state OK is refused, because the system is healthy', () => {
    expect(() => cause(event(corrupt, 'OK'))).toThrow(
      `The alarm ${corrupt} is OK; expected ALARM or INSUFFICIENT_DATA. To roll back anyway, start with {}. Nothing was changed.`,
    );
  });

  test('with an instant in the future is refused, because corrupt rows would be kept', () => {
    expect(() => cause(event(corrupt, 'ALARM', '2026-03-02T09:01:04.000+0000'))).toThrow(
      `The alarm ${corrupt} has a change of state in the future: 2026-03-02T09:01:04.000Z; this execution started at 2026-03-02T09:00:03.000Z.`,
    );
    expect(() => cause(event(corrupt, 'ALARM', '2026-03-02T09:01:02.000+0000'))).not.toThrow();
  });

  test('of another phase is refused', () => {
    expect(() => cause(event('rollback-local-phase-2-data_corruption'))).toThrow('does not belong to phase 1');
  });
});

describe("a person's request", () => {
  test('{} starts a HIGH rollback from the start of the execution', () => {
    expect(cause({})).toEqual({
      trigger: 'manual',
      severity: 'HIGH',
      reason: null,
      operator: null,
      mode: 'live',
      start_time: startedAt,
      breaching_since: null,
      only_hosts: null,
      impact: 'Started by hand',
      alarm: null,
      breach: null,
      silent: false,
    });
  });

  test.each([
    [{ operator: 'ana' }, 'Started by hand by ana'],
    [{ operator: 'ana', reason: 'bad fills' }, 'bad fills (started by hand by ana)'],
    [{ reason: 'bad fills' }, 'bad fills (started by hand)'],
  ])('%j has the impact "%s"', (input, impact) => {
    expect(cause(input).impact).toBe(impact);
  });
});

describe('a start at a later step', () => {
  const steps = ['Stop feed', 'Clear cache'];
  const by = (from_step: string) =>
    rollbackCauseOf(
      { from_step, operator: 'ana', reason: 'stopped by hand' },
      { phase: 1, startedAt, severityOf, steps },
    );

  test.each(['Clear cache', 'clear-cache', 'CLEAR CACHE'])('names the step as the runbook does: %s', (found) => {
    expect(by(found)).toMatchObject({
      from_step: 'Clear cache',
      impact: 'stopped by hand (started by hand by ana, from Clear cache on)',
    });
  });

  test('at an unknown step is refused', () => {
    expect(() => by('Clear cash')).toThrow('Did you mean "Clear cache"?');
  });

  test('is never that of an alarm, whatever its event says', () => {
    expect(cause({ ...event(corrupt), from_step: 'Clear cache' })).not.toHaveProperty('from_step');
  });
});
