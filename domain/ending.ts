/** The endings of a rollback. The RECORD, the console, the messages and docs/runbook.md use the same words. */
export const endings = [
  'Rolled back',
  'Rolled back, unverified',
  'Stood down',
  'Fix forward',
  'Deferred to next release',
  'Observed only',
  'Planned',
  'Not planned',
  'Drill passed',
  'Drill failed',
  'Drill yielded',
  'Drill stopped',
  'Needs a person',
  'Joined the active rollback',
  'Already handled',
  'Stale alarm ignored',
  'Market not open',
] as const;
export type Ending = (typeof endings)[number];

/** The endings of an execution that began nothing of its own: another one acts for it, or there was nothing to do. */
export const nothingBegun: readonly Ending[] = [
  ...(['Joined the active rollback', 'Already handled', 'Stale alarm ignored', 'Market not open'] as const),
];
