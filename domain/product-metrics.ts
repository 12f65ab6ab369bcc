/** What the product itself counts in CloudWatch, beside what AWS's services say of it. */
export const missedLimits = {
  namespace: 'Rollback/Product',
  metric: 'LimitsMissed',
  /** Its value is the environment's name. */
  dimension: 'environment',
} as const;
