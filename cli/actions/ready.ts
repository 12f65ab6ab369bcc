import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Readiness } from '../../domain/ready/readiness.ts';
import { parseReady } from '../../domain/ready/ready-request.ts';
import { readyKey, tableNames } from '../../domain/tables.ts';
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
    const { warnings } = await readCalendarOf(connection.environment, Date.now());
    for (const warning of warnings) console.error(`Warning: ${warning}`);
    return succeeded && found.state === 'ready' ? 0 : 1;
  });
}

/** The outcome of a check. `waiting`: Ctrl-C stopped the waiting for that execution. */
type Checked =
  | { readonly found: Readiness; readonly succeeded: boolean }
  | { readonly failed: string }
  | { readonly waiting: string };

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
  const ended = await follow(connection, executionArn, stage);
  if (!ended) return { waiting: executionArn };
  const found = await readinessBy(connection, executionArn, input.phase, input.version);
  if (!found) return { failed: ended.cause ?? `Not checked: execution ${executionArn} ended ${ended.status}.` };
  return { found, succeeded: ended.status === 'SUCCEEDED' };
}

/** Returns the answers that an execution has stored; undefined if it stored none. */
async function readinessBy(
  { db, name }: Connection,
  executionArn: string,
  phase: number,
  version: string | undefined,
): Promise<Readiness | undefined> {
  const keys = [readyKey(phase), ...(version === undefined ? [] : [readyKey(phase, version)])];
  for (const Key of keys) {
    const { Item } = await db.send(new GetCommand({ TableName: tableNames(name).state, Key, ConsistentRead: true }));
    if (Item?.['by'] === executionArn) {
      const { pk, sk, ...readiness } = Item;
      return readiness as Readiness;
    }
  }
  return undefined;
}
