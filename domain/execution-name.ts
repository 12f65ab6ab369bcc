import { type OfPhases, phasesOf } from './phases.ts';
import { preparePrefix } from './tables.ts';

/**
 * Step Functions accepts names of 1 to 80 characters (StartExecution, API reference). The ids of looks and preparations are
 * such names with up to eight characters before them.
 */
const longest = 80 - preparePrefix.length;

type Named = {
  /** The machine after `rollback-<environment>-`, such as `phase-1`. */
  readonly machine: string;
  /** The operator or the trigger. */
  readonly who: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Keeps two starts in the same second apart; the same for a start that must happen only once. */
  readonly unique: string;
};

/**
 * Returns an execution's name for the console's list: `phase-1-ana-20261130T032348Z-3f9a1c2b`. The time is in UTC.
 *
 * Only letters, digits, - and _, because CloudWatch Logs cannot log an execution with another character in its name.
 */
export function executionName({ machine, who, at, unique }: Named): string {
  const time = new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const room = longest - [machine, '', time, unique].join('-').length;
  return [machine, cleaned(who).slice(0, room), time, unique].join('-');
}

const cleaned = (who: string) =>
  who
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '') // é becomes e
    .replaceAll(/[^A-Za-z0-9_]+/g, '-')
    .replaceAll(/^-+|-+$/g, '') || 'somebody';

/** The names that EventBridge and the console make up begin with a UUID. */
const madeUp = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

/**
 * Returns a name for people of a rollback whose id is made up: `phase-1-data_corruption-20261130T032348Z-3f9a1c2b`. null: its id can
 * be read already.
 *
 * EventBridge cannot name the executions that it starts. The name ends with the beginning of the id, which stays the key
 * of everything stored.
 */
export function readableName({
  rollback_id,
  trigger,
  operator,
  start_time,
  ...phases
}: OfPhases & {
  readonly rollback_id: string;
  readonly trigger: string;
  readonly operator: string | null;
  readonly start_time: string;
}): string | null {
  const at = Date.parse(start_time);
  if (!madeUp.test(rollback_id) || Number.isNaN(at)) return null;
  const machine = `phase-${phasesOf(phases).join('-')}`;
  return executionName({ machine, who: operator ?? trigger, at, unique: rollback_id.slice(0, 8) });
}
