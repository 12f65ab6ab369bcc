import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { type FollowUp, followUpOf, isStillOpen, relapseIn, whyNoFollowUp } from '../../domain/follow-up/follow-up.ts';
import { parseTaskRequest } from '../../domain/follow-up/task-request.ts';
import type { FollowUpTask } from '../../domain/follow-up/tasks.ts';
import { recordOf } from '../../domain/history/record.ts';
import { environmentOption } from '../../domain/message/execution-place.ts';
import type { LaterRollback } from '../../domain/page/after-the-end.ts';
import { accountNow } from '../account/account-controls.ts';
import { type Connection, connect, type Tables } from '../account/clients.ts';
import { startExecution } from '../account/execution.ts';
import { readEvents } from '../account/read-history.ts';
import { readLater } from '../account/read-page.ts';
import { UsageError } from '../account/usage-error.ts';
import { withAccount } from '../account/with-account.ts';
import { print, printFailure } from '../text/colour.ts';
import { followUpText, taskLines, unreadable } from '../text/follow-up-text.ts';
import { type ActingOptions, actingOn } from './acting-on.ts';
import { startPersonsMachine } from './persons-machine.ts';
import { refuseEarly } from './refuse-early.ts';

type Options = ActingOptions & {
  readonly complete?: number;
  readonly assign?: number;
  readonly add?: string;
  readonly accept?: string;
  readonly begin?: boolean;
  readonly operator?: string;
  readonly owner?: string;
  readonly due?: string;
  readonly note?: string;
  readonly json?: boolean;
};

const changes = ['complete', 'assign', 'add', 'accept', 'begin'] as const;

export async function followUp(rollback: string, options: Options): Promise<number> {
  const given = changes.filter((one) => options[one] !== undefined);
  if (given.length > 1) throw new UsageError(`Give one of ${given.map((one) => `--${one}`).join(' and ')} at a time.`);
  const [change] = given;
  if (change === undefined) return look(rollback, options);
  return change === 'begin' ? begin(rollback, options) : changeTask(rollback, change, options);
}

async function look(rollback: string, { json = false, ...options }: Options): Promise<number> {
  refuseAlone(options);
  const connection = await connect(options);
  return withAccount(connection, async () => {
    const { found, why, later } = await readFollowUp(connection, rollback);
    if (!found) {
      printFailure(why);
      return 1;
    }
    const execution = await statusOf(connection, found.execution);
    if (json) console.log(JSON.stringify({ ...found, execution_status: execution }, null, 2));
    else {
      const now = await instantNow(connection);
      print(followUpText(rollback, found, { now, environment: connection.name, execution, later }));
    }
    return 0;
  });
}

const instantNow = async (connection: Tables) => new Date(await accountNow(connection)).toISOString();

/** An option of a change without the change would be ignored, and its writer would think that something was changed. */
function refuseAlone(options: Options): void {
  const alone = (['operator', 'owner', 'due', 'note'] as const).find((one) => options[one] !== undefined);
  if (alone)
    throw new UsageError(
      `--${alone} belongs to a change: give --complete, --assign, --add or --accept too. Nothing was changed.`,
    );
}

/** The history does not know that an execution was stopped or has failed; only Step Functions does. */
const statusOf = ({ stepFunctions }: Connection, executionArn: string): Promise<string> =>
  stepFunctions.send(new DescribeExecutionCommand({ executionArn })).then(
    ({ status }) => status ?? unreadable,
    ({ name }: Error) => (name === 'ExecutionDoesNotExist' ? 'older than 90 days, or unknown' : unreadable),
  );

async function readFollowUp(
  connection: Tables,
  rollback: string,
): Promise<{ readonly found: FollowUp | undefined; readonly why: string; readonly later: LaterRollback | null }> {
  const events = await readEvents(connection, rollback);
  const record = events.length > 0 ? recordOf(events) : undefined;
  const found = followUpOf(events);
  const read = record && relapseIn(found) ? await readLater(connection, record) : undefined;
  const later = (read?.state === 'complete' ? read.value[0] : undefined) ?? null;
  if (!record) return { found, later, why: `Environment ${connection.name} has no rollback ${rollback}.` };
  if (isStillOpen(record))
    return { found, later, why: `Rollback ${rollback} has not ended; its follow-up begins when it ends.` };
  const why = whyNoFollowUp(record);
  const words = environmentOption(connection.name);
  return {
    ...{ found, later },
    why: why
      ? `Rollback ${rollback} has no follow-up, because ${why}.`
      : `The follow-up of rollback ${rollback} has not begun. Begin it:\n  npm run rollback -- follow-up ${rollback} --begin${words}`,
  };
}

async function begin(rollback: string, account: Options): Promise<number> {
  return actingOn(account, `begin the follow-up of rollback ${rollback}`, async (connection) => {
    const { found, why } = await readFollowUp(connection, rollback);
    if (!found && !why.includes('--begin')) {
      printFailure(why);
      return 1;
    }
    const arn = await startExecution(connection, 'follow-up', { rollback });
    print(
      [
        `Started the follow-up of rollback ${rollback}: ${arn}`,
        'It ends at once if another one runs, or if seven days are over. See it:',
        `  npm run rollback -- follow-up ${rollback}${environmentOption(connection.name)}`,
      ].join('\n'),
    );
    return 0;
  });
}

function changeTask(
  rollback: string,
  action: 'complete' | 'assign' | 'add' | 'accept',
  { complete, assign, add: title, accept: report, operator, owner, due, note, json = false, ...account }: Options,
): Promise<number> {
  const input = { rollback, operator, action, task: complete ?? assign, owner, due, title, note, report };
  const fields = { complete: ['note'], assign: ['owner', 'due'], add: ['owner', 'due'], accept: [] };
  refuseEarly(parseTaskRequest, input, 'operator', ...fields[action]);
  return startPersonsMachine(account, {
    machine: 'change-task',
    input,
    what: 'the change of the task',
    does: `${action} ${title ?? report ?? `task ${complete ?? assign}`} of rollback ${rollback}, as ${operator}`,
    accepted: async ({ tasks }: { readonly tasks: readonly FollowUpTask[] }, connection) =>
      json
        ? JSON.stringify(tasks, null, 2)
        : [`Changed. The tasks of rollback ${rollback}:`, ...taskLines(tasks, await instantNow(connection))].join('\n'),
  });
}
