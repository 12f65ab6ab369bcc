import { type ExecutionListItem, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { Connection } from './clients.ts';
import { errorSentence } from './error-sentence.ts';
import { executionState } from './execution.ts';
import { readRecord } from './read-history.ts';

/** The newest rollback that has a record; `why` explains the choice of it. */
type Newest = { readonly id: string | undefined; readonly why: readonly string[] };

/** So many executions of each machine are looked at: a person who tries a refused start again and again makes fewer. */
const mostExecutions = 10;

/**
 * Returns the newest rollback of all phases that has a record. A start that was refused has none. Step Functions
 * lists a machine's executions newest first. `machines`: the machines that roll back.
 */
export async function newestRollback(connection: Connection, machines: readonly string[]): Promise<Newest> {
  const { stepFunctions, arnOf } = connection;
  const lists = await Promise.all(
    machines.map((machine) =>
      stepFunctions.send(new ListExecutionsCommand({ stateMachineArn: arnOf(machine), maxResults: mostExecutions })),
    ),
  );
  const found = lists
    .flatMap(({ executions = [] }) => executions)
    .toSorted((a, b) => (b.startDate?.getTime() ?? 0) - (a.startDate?.getTime() ?? 0));
  for (const { name } of found) {
    if (name === undefined || !(await readRecord(connection, name))) continue;
    const why = ['No rollback is open; this is the newest.', ...(await withoutRecord(connection, found[0], name))];
    return { id: name, why };
  }
  return { id: undefined, why: await withoutRecord(connection, found[0], undefined) };
}

/** Explains why the newest execution has no record, unless it is the one that is `shown`. */
async function withoutRecord(
  connection: Connection,
  newest: ExecutionListItem | undefined,
  shown: string | undefined,
): Promise<string[]> {
  if (newest?.executionArn === undefined || newest.name === shown) return [];
  const { status, error, cause } = await executionState(connection, newest.executionArn);
  const what = `Start ${newest.name} is newer and has no record`;
  if (status === 'RUNNING') return [`${what} yet: it is being opened. Show it again in a few seconds.`];
  const said = error === undefined && cause === undefined ? '.' : `: ${errorSentence(error, cause)}`;
  const lost = status === 'SUCCEEDED' ? ` verify-history ${newest.name} says what is left of it.` : '';
  return [`${what}: its execution ended ${status}${said}${lost}`];
}
