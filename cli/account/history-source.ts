import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, paginateListExecutions } from '@aws-sdk/client-sfn';
import { paginateQuery, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { brakesIn } from '../../domain/brakes/brakes.ts';
import { executionsOfPeople } from '../../domain/history/decision-integrity.ts';
import type { IndexValue } from '../../domain/history/index-values.ts';
import type { Link } from '../../domain/history/link.ts';
import type { ListedItem } from '../../domain/history/listed-item.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { facetAttribute, indexName } from '../../domain/history/record-index.ts';
import type { ExecutionEvidence, RollbackEvidence } from '../../domain/history/verify.ts';
import { type BrakesEvidence, executionsOfBrakes } from '../../domain/history/verify-brakes.ts';
import type { HistorySource, KeptExecution } from '../../domain/history/verify-history.ts';
import { beforeMachine } from '../../domain/phases.ts';
import { firstMonthKey, lateKey, lateOf, linksOf, monthsOf, pauseKey, tableNames } from '../../domain/tables.ts';
import { accountNow } from './account-controls.ts';
import type { Connected } from './clients.ts';
import { outcome, witness } from './execution-witness.ts';
import { exportBucketOf } from './export-bucket.ts';
import {
  questionsIn,
  readBrakeEvents,
  readIsAllIndexed,
  readQuestionItems,
  readRollbackItems,
  strangeInState,
} from './read-history.ts';
import { seeExecutions } from './see-execution.ts';

const mostReads = 5;
/** A running rollback writes again within this time. */
const pauseMilliseconds = 500;

type SourceOptions = {
  readonly phases: readonly number[];
  /** The executions are listed once, because Step Functions describes few of them in a second. */
  readonly listsExecutions: boolean;
};

/** Returns a function that reads at its first call, and then returns the same. */
function once<T>(read: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= read();
    return result;
  };
}

/** Reads the history of an environment from its account. */
export function historySource(connection: Connected, { phases, listsExecutions }: SourceOptions): HistorySource {
  const { history, state } = tableNames(connection.name);
  const bucket = exportBucketOf(connection);
  const kept = once<Kept>(async () => (listsExecutions ? keptExecutions(connection, phases) : undefined));
  const allIndexed = once(() => readIsAllIndexed(connection));
  const now = once(() => accountNow(connection));
  let late = new Set<string>();
  const waiting = async () => {
    late = new Set();
    for await (const { sk } of itemsOf(connection, { table: state, pk: lateOf })) late.add(String(sk));
    return [...late];
  };
  return {
    isExport: false,
    waiting,
    months: () => sortKeysOf(connection, { table: history, pk: monthsOf }),
    first: () => firstItems(connection, history),
    async *links(month) {
      for await (const { pk: _, sk: __, ...link } of itemsOf(connection, { table: history, pk: linksOf(month) }))
        yield link as unknown as Link;
    },
    hasLinks: (month) => hasItems(connection, { table: history, pk: linksOf(month) }),
    listed: (by) => listedIn(connection, history, by),
    read: async (rollback): Promise<RollbackEvidence> => {
      const items = await readItemsOf(connection, rollback);
      const { record, events } = items;
      return {
        ...items,
        indexed: await allIndexed(),
        execution: await executionOf(connection, { kept: await kept(), now: await now() }, events),
        elsewhere: await readElsewhere(connection, record, { events, executions: !listsExecutions }),
        waiting: late.has(rollback) ? await countOf(connection, state, lateKey(rollback, '').pk) : 0,
      };
    },
    brakes: () => readBrakesEvidence(connection),
    settles: async ({ events, execution }, tries) => {
      if (tries === mostReads) return false;
      if (!isRunning(execution) && (tries > 1 || events.length === 0)) return false;
      await sleep(pauseMilliseconds);
      await waiting();
      return true;
    },
    exported: bucket.versions,
    exportedText: bucket.text,
    async *executions() {
      for (const [arn, { name }] of (await kept()) ?? [])
        yield { rollback: name, witness: () => witness(connection, arn) } satisfies KeptExecution;
    },
  };
}

/** Reads the history of the brakes, those that hold now, and the executions that set them. */
async function readBrakesEvidence(connection: Connected): Promise<BrakesEvidence> {
  const { state } = tableNames(connection.name);
  const events = await readBrakeEvents(connection);
  const items: Record<string, unknown>[] = [];
  for await (const item of itemsOf(connection, { table: state, pk: pauseKey.pk })) items.push(item);
  return { events, held: brakesIn(items), executions: await seeExecutions(connection, executionsOfBrakes(events)) };
}

/** Reads the items of a rollback, and the keys of those under its partition keys that no reader understands. */
async function readItemsOf(connection: Connected, rollback: string) {
  const { stored, strange, ...items } = await readRollbackItems(connection, rollback);
  const inState = await strangeInState(connection, rollback, questionsIn(items.events));
  return {
    rollback,
    record: stored?.record,
    index: stored?.index ?? {},
    ...items,
    strange: [...strange, ...inState],
  };
}

/**
 * Reads what is outside of a rollback's history: the decisions on its questions and, if `executions`, how its execution
 * and those of people ended. Of many rollbacks only their decisions are read: Step Functions describes 15 executions in a
 * second (quotas).
 */
async function readElsewhere(
  connection: Connected,
  record: RollbackRecord | undefined,
  { events, executions }: { readonly events: RollbackEvidence['events']; readonly executions: boolean },
): Promise<NonNullable<RollbackEvidence['elsewhere']>> {
  if (!record) return {};
  const items = await readQuestionItems(connection, record.rollback_id, events);
  if (!executions) return items;
  return {
    ...items,
    outcome: await outcome(connection, record.execution_arn),
    executions: await seeExecutions(connection, executionsOfPeople(events)),
  };
}

type Partition = { readonly table: string; readonly pk: string };

async function* itemsOf({ db }: Connected, { table, pk }: Partition): AsyncIterable<Record<string, unknown>> {
  const query = {
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateQuery({ client: db }, query)) yield* Items;
}

const isRunning = (execution: ExecutionEvidence) => execution.state === 'kept' && execution.status === 'RUNNING';

async function firstItems(connection: Connected, table: string) {
  const found: { sk: string; content: Record<string, unknown> }[] = [];
  for await (const { pk: _, sk, ...content } of itemsOf(connection, { table, pk: firstMonthKey.pk }))
    found.push({ sk: String(sk), content });
  return found;
}

async function sortKeysOf(connection: Connected, partition: Partition): Promise<string[]> {
  const found: string[] = [];
  for await (const { sk } of itemsOf(connection, partition)) found.push(String(sk));
  return found;
}

async function hasItems({ db }: Connected, { table, pk }: Partition): Promise<boolean> {
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      Limit: 1,
      ConsistentRead: true,
    }),
  );
  return Items.length > 0;
}

async function countOf(connection: Connected, table: string, pk: string): Promise<number> {
  let count = 0;
  for await (const _ of itemsOf(connection, { table, pk })) count += 1;
  return count;
}

async function* listedIn({ db }: Connected, TableName: string, by: IndexValue): AsyncIterable<ListedItem> {
  const query = {
    TableName,
    IndexName: indexName(by.facet),
    KeyConditionExpression: '#facet = :value',
    ExpressionAttributeNames: { '#facet': facetAttribute(by.facet) },
    ExpressionAttributeValues: { ':value': by.value },
  };
  for await (const { Items = [] } of paginateQuery({ client: db }, query)) yield* Items as ListedItem[];
}

type Kept = ReadonlyMap<string, { readonly name: string; readonly status: string }> | undefined;

/** Lists the executions of the machines that roll back, by ARN: Step Functions keeps them for 90 days. */
async function keptExecutions({ stepFunctions, arnOf }: Connected, phases: readonly number[]): Promise<Kept> {
  const found = new Map<string, { name: string; status: string }>();
  for (const machine of [...phases.map((phase) => `phase-${phase}`), beforeMachine])
    for await (const { executions = [] } of paginateListExecutions(
      { client: stepFunctions },
      { stateMachineArn: arnOf(machine), maxResults: 1000 },
    ))
      for (const { executionArn = '', name = '', status = 'unknown' } of executions)
        found.set(executionArn, { name, status });
  return found;
}

const day = 24 * 3600_000;

/** `kept`: the executions as they were listed; one that began since then, and any if none were listed, is described. */
async function executionOf(
  connection: Connected,
  { kept, now }: { readonly kept: Kept; readonly now: number },
  [opening]: RollbackEvidence['events'],
): Promise<ExecutionEvidence> {
  const arn = opening?.detail['execution_arn'];
  if (!opening || typeof arn !== 'string') return { state: 'not read' };
  const listed = kept?.get(arn)?.status;
  const isRunning = listed === 'RUNNING' || now - Date.parse(opening.at) < day;
  if (kept && !isRunning)
    return listed === undefined
      ? { state: 'gone' }
      : { state: 'kept', status: listed, witness: await witness(connection, arn) };
  return describedExecution(connection, arn);
}

async function describedExecution(connection: Connected, executionArn: string): Promise<ExecutionEvidence> {
  try {
    const { status = 'unknown' } = await connection.stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    return { state: 'kept', status, witness: await witness(connection, executionArn) };
  } catch (error) {
    // InvalidArn: somebody wrote another text there.
    if (['ExecutionDoesNotExist', 'InvalidArn'].includes((error as Error).name)) return { state: 'gone' };
    throw error;
  }
}
