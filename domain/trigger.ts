/** The procedure's six triggers. A person can start a rollback too; its record then has the trigger `manual`. */
export const triggers = [
  'system_failure',
  'data_corruption',
  'performance_degradation',
  'security_issue',
  'cost_explosion',
  'cascade_failure',
] as const;
export type Trigger = (typeof triggers)[number];
