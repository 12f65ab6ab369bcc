import {
  DescribeExecutionCommand,
  DescribeStateMachineForExecutionCommand,
  paginateGetExecutionHistory,
} from '@aws-sdk/client-sfn';
import { GetDocumentCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import {
  type Execution,
  type Gathered,
  type Part,
  partValue,
  type StoredQuestion,
} from '../../domain/evidence/gathered.ts';
import { contradictedByLinks } from '../../domain/evidence/own-links.ts';
import type { Chain, RollbackEvent } from '../../domain/history/event.ts';
import { historyIntegrity } from '../../domain/history/history-integrity.ts';
import { missingExecution } from '../../domain/history/missing-execution.ts';
import type { Question } from '../../domain/question/question.ts';
import type { Decision } from '../../domain/question/resolution.ts';
import { frozenKey, questionKey, tableNames } from '../../domain/tables.ts';
import { accountNow } from './account-controls.ts';
import type { Connected } from './clients.ts';
import {
  questionsIn,
  readDecisions,
  readEvents,
  readIsAllIndexed,
  readQuestionItems,
  readRollbackItems,
  readStoredHosts,
  readStoredRecord,
  strangeInState,
} from './read-history.ts';
import { readLinks } from './read-links.ts';

/**
 * Reads everything about a rollback; undefined if there is no such rollback.
 *
 * A part that AWS does not keep any longer, or that the caller may not read, is missing, with the reason. Throws if the
 * events cannot be read: without them there is no pack.
 */
export async function readEvidence(connection: Connected, id: string): Promise<Gathered | undefined> {
  const events = await readEvents(connection, id);
  if (events[0]?.type !== 'Rollback opened') return undefined;
  const arn = String(events[0].detail['execution_arn']);
  const invented = missingExecution(id, events[0].at, await accountNow(connection));
  const [stored, storedHosts, decisions, scope, links, execution, definition] = await Promise.all([
    part(() => readStoredRecord(connection, id), 'the history has no RECORD of this rollback'),
    part(() => readStoredHosts(connection, id)),
    part(() => readQuestions(connection, events)),
    part(() => readScope(connection, id), 'the opening did not get as far as to freeze hosts'),
    part(() => readLinks(connection, events)),
    part(() => readExecution(connection, arn), undefined, invented),
    part(() => readDefinition(connection, arn)),
  ]);
  const found = {
    events,
    stored,
    storedHosts,
    execution,
    links,
    invented,
    ...(await readBeside(connection, id, events)),
  };
  return {
    environment: connection.name,
    events,
    record: stored.state === 'complete' ? { state: 'complete', value: stored.value.record } : stored,
    hosts: storedHosts.state === 'complete' ? { state: 'complete', value: storedHosts.value.hosts } : storedHosts,
    decisions,
    scope,
    links,
    execution,
    definition,
    documents: await readDocuments(connection, events),
    history: integrityOf(found),
  };
}

/** Reads what shows that items were added by hand, or lost their index attributes. */
async function readBeside(connection: Connected, id: string, events: readonly RollbackEvent[]) {
  return {
    strange: [
      ...(await readRollbackItems(connection, id)).strange,
      ...(await strangeInState(connection, id, questionsIn(events))),
    ],
    ...(await readQuestionItems(connection, id, events)),
    indexed: await readIsAllIndexed(connection),
  };
}

type Found = Pick<Gathered, 'events' | 'execution' | 'links'> & {
  readonly storedHosts: Part<Awaited<ReturnType<typeof readStoredHosts>>>;
  readonly stored: Part<NonNullable<Awaited<ReturnType<typeof readStoredRecord>>>>;
  /** The finding if the execution is missing; undefined if it may be. */
  readonly invented: string | undefined;
} & Awaited<ReturnType<typeof readBeside>>;

/** Checks the history, and holds it against its own links: a history that was cut back to an earlier seal contradicts them. */
function integrityOf({ stored, storedHosts, execution, links, invented, ...beside }: Found): Gathered['history'] {
  const { events } = beside;
  if (stored.state !== 'complete') return { whole: false, says: `the RECORD is missing: ${stored.why}` };
  const states = partValue(execution)?.states ?? [];
  const witness = states.findLast(({ chain }) => chain !== null)?.chain ?? undefined;
  const missing = execution.state === 'unavailable' ? invented : undefined;
  const hosts = partValue(storedHosts) ?? { hosts: [], hostItems: [] };
  const found = historyIntegrity({ ...stored.value, ...hosts, ...beside, witness, missing });
  const contradiction = contradictedByLinks(events, partValue(links) ?? {});
  return found.whole && contradiction ? { whole: false, says: contradiction } : found;
}

/** The errors of AWS for what it does not keep any longer. */
const gone: Readonly<Record<string, string>> = {
  ExecutionDoesNotExist: 'Step Functions deletes an execution 90 days after its end',
  InvalidDocument: 'Systems Manager has no such document any longer',
  InvalidDocumentVersion: 'Systems Manager has no such version of the document any longer',
};

/**
 * Reads a part. `nothing`: why it is missing if there is none; `mustExist`: if AWS does not have it, but should.
 *
 * Errors other than missing rights and data are thrown.
 */
async function part<T>(
  read: () => Promise<T | undefined>,
  nothing = 'there is none',
  mustExist?: string,
): Promise<Part<T>> {
  try {
    const value = await read();
    return value === undefined ? { state: 'unavailable', why: nothing } : { state: 'complete', value };
  } catch (error) {
    const { name, message } = error as Error;
    if (gone[name]) return { state: 'unavailable', why: mustExist ?? gone[name] };
    if (/^AccessDenied/.test(name)) return { state: 'denied', why: message };
    throw error;
  }
}

const readScope = async ({ db, name }: Connected, id: string) => {
  const { Item } = await db.send(
    new GetCommand({ TableName: tableNames(name).state, Key: frozenKey(id), ConsistentRead: true }),
  );
  if (!Item) return undefined;
  const { pk: _, sk: __, ...scope } = Item;
  return scope;
};

/** Reads the questions that the events name, each with its decisions. */
async function readQuestions(connection: Connected, events: readonly RollbackEvent[]): Promise<StoredQuestion[]> {
  const found: StoredQuestion[] = [];
  for (const { rollback, type, detail } of events) {
    if (type !== 'Question asked') continue;
    const number = Number(detail['number']);
    const { Item } = await connection.db.send(
      new GetCommand({
        TableName: tableNames(connection.name).state,
        Key: questionKey(rollback, number),
        ConsistentRead: true,
      }),
    );
    if (!Item) continue;
    const { pk: _, sk: __, ...question } = Item;
    const decisions = (await readDecisions(connection, rollback, number)).map(
      ({ item }) => item as unknown as Decision,
    );
    found.push({ question: question as Question, decisions });
  }
  return found;
}

async function readExecution({ stepFunctions }: Connected, executionArn: string): Promise<Execution> {
  const found = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  const states: Execution['states'][number][] = [];
  for await (const { events = [] } of paginateGetExecutionHistory(
    { client: stepFunctions, pageSize: 1000 },
    { executionArn },
  ))
    for (const { timestamp, stateEnteredEventDetails: entered, stateExitedEventDetails: exited } of events) {
      const state = entered?.name ?? exited?.name;
      if (state === undefined) continue;
      const at = timestamp?.toISOString() ?? '';
      states.push({ at, state, event: entered ? 'entered' : 'exited', chain: chainIn(exited?.output) });
    }
  return {
    arn: executionArn,
    machine: found.stateMachineArn ?? '',
    status: String(found.status),
    started_at: found.startDate?.toISOString() ?? null,
    stopped_at: found.stopDate?.toISOString() ?? null,
    input: found.input ?? null,
    output: found.output ?? null,
    error: found.error ?? null,
    cause: found.cause ?? null,
    states,
  };
}

/** Returns the end of the chain in a state's output; null: the state was before the opening's first event. */
function chainIn(output: string | undefined): Chain | null {
  const { chain } = (JSON.parse(output ?? 'null') ?? {}) as { readonly chain?: Chain };
  return chain && chain.count > 0 ? { count: chain.count, head: chain.head } : null;
}

const readDefinition = async ({ stepFunctions }: Connected, executionArn: string) =>
  (await stepFunctions.send(new DescribeStateMachineForExecutionCommand({ executionArn }))).definition;

/** A name that is safe as that of a file, in any folder and on any system. */
const fileName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Reads each document that the opening pinned, in the pinned version. */
async function readDocuments(connection: Connected, events: readonly RollbackEvent[]): Promise<Gathered['documents']> {
  const ssm = new SSMClient(connection.settings);
  const frozen = events.findLast(({ type }) => type === 'Hosts frozen')?.detail['documents'] ?? {};
  const read = async ([Name, { version }]: [string, { readonly version: string }]) => {
    if (!fileName.test(Name)) return [];
    const content = async () => (await ssm.send(new GetDocumentCommand({ Name, DocumentVersion: version }))).Content;
    return [[Name, await part(content)] as const];
  };
  const documents = await Promise.all(Object.entries(frozen as Record<string, { version: string }>).map(read));
  return Object.fromEntries(documents.flat());
}
