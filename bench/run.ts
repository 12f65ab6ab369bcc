/** One event that the account reported, and when it was received (milliseconds of this machine's clock). */
export type Heard = Readonly<Record<string, unknown>> & { readonly received: number };

/** One measured rollback, from its start to its end. */
export type Run = {
  readonly heard: readonly Heard[];
  readonly transitions: number;
  readonly invocations: number;
};

/** Whether a function made this request: functions call in their role, while hosts and the rehearsal call otherwise. */
export const isOfAFunction = ({ event, caller }: Heard) =>
  event === 'Requested' && String(caller).includes('assumed-role');
