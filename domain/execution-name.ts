/** Step Functions accepts names of 1 to 80 characters (StartExecution, API reference). */
const longest = 80;

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
