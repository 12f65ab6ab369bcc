import type { Situation } from '../../../domain/decision/situation.ts';

/** An alarm soon after a deployment, with every fact readable and no objection. */
export const withoutObjections: Situation = {
  started_by: 'alarm',
  severity: 'CRITICAL',
  blind: false,
  when_blind: 'hold',
  trust: 'auto',
  start_time: '2026-03-02T12:00:00.000Z',
  deployment: { version: 'v1.4.0', at: '2026-03-02T11:50:00.000Z' },
  rollback_safe: true,
  pause: null,
  rollbacks: 0,
  last_ended_at: null,
  unanswered: null,
  environment: {
    brakes: { budget: 3, cool_down: 30 * 60, watch_window: 4 * 3600, few_ill: 'ask' },
    questions: { confirm: 15 * 60, hand_over: 4 * 3600, choose: 'rollback' },
  },
};
