import type { Readiness } from '../../domain/ready/readiness.ts';
import { parseReady } from '../../domain/ready/ready-request.ts';
import { accountNow } from '../account/account-controls.ts';
import { readCalendarOf } from '../account/calendar.ts';
import type { Connection } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { print, printFailure } from '../text/colour.ts';
import { withProgress } from '../text/progress.ts';
import { readyText } from '../text/ready-text.ts';
import { type ActingOptions, actingOn } from './acting-on.ts';
import { refuseEarly } from './refuse-early.ts';

type Options = ActingOptions & {
  readonly phase: number;
  readonly version?: string;
  readonly canary?: boolean;
  readonly operator?: string;
  readonly json?: boolean;
};

export async function ready({
  phase,
  version,
  canary = false,
  operator,
  json = false,
  ...account
}: Options): Promise<number> {
  const input = {
    ...{ phase, canary },
    ...(version === undefined ? {} : { version }),
    ...(operator === undefined ? {} : { operator }),
  };
  refuseEarly((found) => parseReady(found, [phase]), input, 'phase', 'version', 'operator');
  return actingOn(account, `check whether phase ${phase} can be rolled back`, async (connection) => {
    const checked = await withProgress('Checking every host', ({ stage }) => checkReadiness(connection, input, stage));
    if ('waiting' in checked) {
      console.error(`Stopped waiting; the check continues: ${checked.waiting}`);
      return 130;
    }
    if ('failed' in checked) {
      printFailure(checked.failed);
      return 1;
    }
    const { found, succeeded } = checked;
    if (json) console.log(JSON.stringify(found, null, 2));
    else print(readyText(found));
    const { warnings } = await readCalendarOf(connection.environment, await accountNow(connection));
    for (const warning of warnings) console.error(`Warning: ${warning}`);
    return succeeded && found.state === 'ready' ? 0 : 1;
  });
}

/** The outcome of a check. `waiting`: Ctrl-C stopped the waiting for that execution. */
type Checked =
  | { readonly found: Readiness; readonly succeeded: boolean }
  | { readonly failed: string }
  | { readonly waiting: string };

/** The state of statemachines/machines/check-readiness.ts that has the answers. */
const checkingState = 'Look at readiness';

/** Has every host asked whether a phase can be rolled back, and returns what was found. */
export async function checkReadiness(
  connection: Connection,
  input: {
    readonly phase: number;
    readonly version?: string;
    readonly canary?: boolean;
    readonly operator?: string;
  },
  stage: (line: string) => void,
): Promise<Checked> {
  const executionArn = await startExecution(connection, 'check-readiness', input);
  let found: Readiness | null = null;
  const left = (state: string, output: unknown) => {
    if (state === checkingState) found = (output as { readonly answers: Readiness | null }).answers;
  };
  const ended = await follow(connection, executionArn, stage, { left });
  if (!ended) return { waiting: executionArn };
  if (!found) return { failed: ended.cause ?? `Not checked: execution ${executionArn} ended ${ended.status}.` };
  return { found, succeeded: ended.status === 'SUCCEEDED' };
}
