/** What can start a rollback: the procedure's six triggers, and a person. */
export const triggers = [
  'system_failure',
  'data_corruption',
  'performance_degradation',
  'security_issue',
  'cost_explosion',
  'cascade_failure',
] as const;
export type Trigger = (typeof triggers)[number];
