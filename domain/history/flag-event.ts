import type { FlagValue } from '../flag.ts';
import type { SetFlagRequest } from '../flags/set-flag-request.ts';
import type { BrakeChange } from './brake-event.ts';

/** A change of the normal layer: who asked for what, and the deployment that brings it to the hosts. */
export type FlagChange = SetFlagRequest & {
  readonly before: FlagValue | null;
  readonly deployment: number;
  /** The execution that made it. */
  readonly by: string;
};

const detailOf = ({ flag, value, before, strategy, operator, reason, deployment, by, despite_freeze }: FlagChange) => ({
  ...{ flag, value, before, strategy, operator, reason, deployment, by },
  ...(despite_freeze ? { despite_freeze } : {}),
});

/** Returns the event by which a person set a flag. */
export const flagSetEvent = (change: FlagChange, at: string): BrakeChange => ({
  id: `flag-set/${change.by}`,
  type: 'Flag set',
  at,
  detail: detailOf(change),
});

/** Returns the event by which AppConfig took a flag's value back. */
export const flagRolledBackEvent = (change: FlagChange, at: string, why: string): BrakeChange => ({
  id: `flag-rolled-back/${change.by}`,
  type: 'Flag rolled back',
  at,
  detail: { ...detailOf(change), why },
});
