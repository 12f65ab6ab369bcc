/**
 * How a rollback can end. The same words stand in the RECORD, the console, the messages and docs/runbook.md.
 */
export const endings = [
  'Rolled back',
  'Rolled back, unverified',
  'Stood down',
  'Fix forward',
  'Deferred to next release',
  'Observed only',
  'Planned',
  'Needs a person',
  'Joined the active rollback',
  'Already handled',
  'Stale alarm ignored',
] as const;
export type Ending = (typeof endings)[number];
