/** What the product itself counts in CloudWatch, beside what AWS's services say of it. */
export const productMetrics = {
  namespace: 'Rollback/Product',
  /** Its value is the environment's name. */
  dimension: 'environment',
  missedLimits: 'LimitsMissed',
  /** Where no function fails of it: send-message's own errors are counted by Lambda. */
  unsentMessages: 'MessagesNotSent',
} as const;
