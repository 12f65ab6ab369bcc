/** One event that the account reported, and when it was received (milliseconds of this machine's clock). */
export type Heard = Readonly<Record<string, unknown>> & { readonly received: number };

/** One measured rollback, from its start to its end. */
export type Run = {
  readonly heard: readonly Heard[];
  readonly transitions: number;
  readonly invocations: number;
};

/**
 * The functions that no rollback's machine invokes. Rules invoke most of them, so the costs of a month have their requests
 * (standing.ts); SNS invokes write-page for each message, beside the rollback.
 */
export const otherFunctions = [
  'reconcile',
  'seed-flags',
  'check-documents',
  'export-history',
  'publish-transitions',
  'attach-principal',
  'archive-metrics',
  'remind-of-tasks',
  'measure-the-times',
  'watch-the-fleet',
  'write-page',
  'count-failures',
];

/** Whether an ARN or a name is of this function, or of its role. */
export const isOf = (name: string, text: unknown): boolean => String(text).includes(`-${name}`);

/** Whether a function of the rollback's machine made this request. */
export const isOfARollback = (heard: Heard): boolean =>
  isOfAFunction(heard) && !otherFunctions.some((name) => isOf(name, heard['caller']));

/** Whether a function made this request: functions call in their role, while hosts and the rehearsal call otherwise. */
export const isOfAFunction = ({ event, caller }: Heard) =>
  event === 'Requested' && String(caller).includes('assumed-role');
