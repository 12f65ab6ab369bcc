import { AppConfigClient } from '@aws-sdk/client-appconfig';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { CannotHappen } from './cannot-happen.ts';
import type { AccountEvent, Reach } from './reach.ts';

export type { AccountEvent } from './reach.ts';

/** An execution as `/_account/executions` lists it. */
export type Execution = {
  readonly arn: string;
  readonly status: string;
  readonly started_at: string;
  readonly transitions: number;
  readonly lambda_invocations: number;
};

/** A message as it was published to a topic. */
export type PublishedMessage = {
  readonly at: string;
  readonly topic: string;
  readonly subject?: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
};

/** The account that a story runs on: AWS clients and `/_account/`. */
export type RemoteAccount = ReturnType<typeof remoteAccount>;

/** Returns an account by the way to it, with the credentials of a user named `teller`. */
export function remoteAccount(reach: Reach, environment: string) {
  const client = reach.clientOf('teller');
  const stepFunctions = new SFNClient(client);
  const cloudWatch = new CloudWatchClient(client);
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  return {
    environment,
    stepFunctions,
    /** Returns a Step Functions client with a person's own credentials. */
    stepFunctionsAs: (person: string) => new SFNClient(reach.clientOf(person)),
    cloudWatch,
    db,
    /** Returns the state of an alarm by its name after `rollback-<environment>-`. */
    alarmState: async (name: string): Promise<string> => {
      const AlarmNames = [`rollback-${environment}-${name}`];
      const { MetricAlarms: [alarm] = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames }));
      return alarm?.StateValue ?? 'no such alarm';
    },
    appConfig: new AppConfigClient(client),
    /** Subscribes an address to the operators' topic, in the account of a machine. Its name is that of cdk/operators.ts, which rehearsals/ must not import. */
    subscribe: async (machineArn: string, Protocol: string, Endpoint: string) => {
      const [, , , region, accountId] = machineArn.split(':');
      const TopicArn = `arn:aws:sns:${region}:${accountId}:rollback-${environment}-operators`;
      await new SNSClient(client).send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
    },
    /** Stores a SecureString of the Parameter Store. */
    storeSecret: (Name: string, Value: string) =>
      new SSMClient(client).send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true })),
    /** Returns the output of an execution that succeeded; undefined if it failed or still runs. */
    outputOf: async (executionArn: string): Promise<unknown> => {
      const { output } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      return output === undefined ? undefined : JSON.parse(output);
    },
    /** Returns the output of an execution, or its error and cause if it failed. */
    resultOf: async (executionArn: string): Promise<unknown> => {
      const { output, error, cause } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      return output === undefined ? { error, cause } : JSON.parse(output);
    },
    /** Returns the error of an execution that failed; undefined if it did not. */
    errorOf: async (executionArn: string): Promise<string | undefined> =>
      (await stepFunctions.send(new DescribeExecutionCommand({ executionArn }))).error,
    ...accountControls(reach),
    ...storedRollbacks(db, environment),
    readiness: readinessIn(db, `rollback-${environment}-state`),
    truth: async (): Promise<Record<string, unknown> | undefined> => {
      const Key = { pk: 'TRUTH', sk: 'TRUTH' };
      const TableName = `rollback-${environment}-state`;
      return (await db.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
    },
    verifyDeployment: verifyDeploymentIn(db, `rollback-${environment}-state`),
    newestQuestion: newestQuestionIn(db, `rollback-${environment}-state`),
  };
}

/** The requests to `/_account/`: the clock, faults, hosts, and everything that happens. */
function accountControls({ control, watch }: Reach) {
  const send = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const { status, text } = await control(method, path, body);
    const response = JSON.parse(text) as T & { error?: string };
    const reason = response.error ?? `${method} ${path} responded with HTTP status ${status}`;
    if (status === 400) throw new CannotHappen(reason);
    if (status >= 300) throw new Error(reason);
    return response;
  };
  return {
    about: () =>
      send<{ now: string; accountId: string; clock: 'virtual' | 'real'; hosts: { name: string }[] }>('GET', ''),
    /** Lets time pass until an instant, or until an execution ends. */
    letTimePass: (until: string, execution?: string) =>
      send<{ now: string }>('POST', '/clock', { until, ...(execution ? { execution } : {}) }),
    /** Returns all executions, by start. */
    executions: () => send<Execution[]>('GET', '/executions'),
    /** Lets an execution reach its time limit, or deletes it with its machine. */
    endExecution: (execution: string, becomes: 'timed-out' | 'deleted') =>
      send('POST', '/executions', { execution, becomes }),
    /** Changes whether Systems Manager reaches a host, changes its tags, or injects a fault, once or for some seconds. */
    changeHost: (host: string, change: unknown) => send('POST', `/hosts/${host}`, change),
    statusOf: (host: string) => send<Record<string, unknown>>('GET', `/hosts/${host}/status`),
    /** Returns every published message, oldest first. */
    messages: () => send<PublishedMessage[]>('GET', '/messages'),
    /** Returns everything that was posted to receivers outside AWS, oldest first. */
    received: () => send<{ at: string; receiver: string; body: Record<string, unknown> }[]>('GET', '/received'),
    /** Injects a fault into the trading systems, heals a phase's fault, or stops its metrics from being published. */
    changeTrading: (change: unknown) => send('POST', '/trading', change),
    /** Loses, repeats or delays events before EventBridge receives them. */
    changeEvents: (change: unknown) => send('POST', '/events', change),
    /** Adds a monitor to a flag layer: while its alarm is red, it rolls deployments back. */
    addMonitor: (monitor: { environment: string; alarm: string }) => send('POST', '/monitors', monitor),
    /** Changes fields of a variable of functions that holds JSON. */
    configureFunctions: (change: { variable: string; merge: object }) => send('POST', '/functions', change),
    addFault: (fault: unknown) => send('POST', '/faults', fault),
    /** Returns one sentence per fault of the story that has not struck. */
    unmetFaults: async () => (await send<{ unmet: string[] }>('GET', '/faults')).unmet,
    /** Passes every event from now on to `hear`, one by one, until `signal` is aborted. */
    watch: (hear: (event: AccountEvent) => void, signal: AbortSignal) => watch(hear, signal),
  };
}

/** The reads from the two tables: records, events, and the fleet's lock. */
function storedRollbacks(db: DynamoDBDocumentClient, environment: string) {
  const history = `rollback-${environment}-history`;
  return {
    record: async (id: string): Promise<Record<string, unknown> | undefined> => {
      const { Item } = await db.send(
        new GetCommand({ TableName: history, Key: { pk: `RECORD#${id}`, sk: 'RECORD' }, ConsistentRead: true }),
      );
      return Item;
    },
    events: async (id: string): Promise<Record<string, unknown>[]> => {
      const { Items = [] } = await db.send(
        new QueryCommand({
          TableName: history,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': `EVENT#${id}` },
          ConsistentRead: true,
        }),
      );
      return Items;
    },
    fleetIsHeld: async (fleet: string): Promise<boolean> => {
      const { Item } = await db.send(
        new GetCommand({
          TableName: `rollback-${environment}-state`,
          Key: { pk: `FLEET#${fleet}`, sk: 'LOCK' },
          ConsistentRead: true,
        }),
      );
      return Item !== undefined;
    },
    /** Returns the versions that no rollback restores, in the order of version and phase. */
    blocked: async (): Promise<Record<string, unknown>[]> => {
      const { Items = [] } = await db.send(
        new QueryCommand({
          TableName: `rollback-${environment}-state`,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :blocked)',
          ExpressionAttributeValues: { ':pk': 'PAUSE', ':blocked': 'BLOCKED#' },
          ConsistentRead: true,
        }),
      );
      return Items;
    },
  };
}

/** Returns the read of the newest check of a phase's readiness, with its lines by id and the ids of those that are not ready. */
const readinessIn =
  (db: DynamoDBDocumentClient, TableName: string) =>
  async (phase: number): Promise<Record<string, unknown> | undefined> => {
    const Key = { pk: `PHASE#${phase}`, sk: 'READY' };
    const { Item } = await db.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    if (!Item) return undefined;
    const lines = Item['lines'] as { readonly id: string; readonly ready: boolean }[];
    return {
      ...Item,
      lines: Object.fromEntries(lines.map((line) => [line.id, line])),
      not_ready: lines.filter(({ ready }) => !ready).map(({ id }) => id),
    };
  };

/** Returns the function that stores a good verdict with the newest deployment of a version, as after its watch window. */
const verifyDeploymentIn =
  (db: DynamoDBDocumentClient, TableName: string) =>
  async (phase: number, version: string): Promise<void> => {
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :deployed)',
        ExpressionAttributeValues: { ':pk': `PHASE#${phase}`, ':deployed': 'DEPLOYED#' },
        ScanIndexForward: false,
        ConsistentRead: true,
      }),
    );
    const found = Items.find((one) => one['version'] === version);
    if (!found) throw new CannotHappen(`No deployment of ${version} in phase ${phase} is on record to verify.`);
    await db.send(
      new UpdateCommand({
        TableName,
        Key: { pk: found['pk'], sk: found['sk'] },
        UpdateExpression: 'SET watched = :watched',
        ExpressionAttributeValues: { ':watched': { verified: true, why: 'the story stored it' } },
      }),
    );
  };

/** Returns the read of the newest question of a rollback, or of all if none is named; undefined if none was asked. */
const newestQuestionIn =
  (db: DynamoDBDocumentClient, TableName: string) =>
  async (rollback: string | undefined): Promise<Record<string, unknown> | undefined> => {
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'QUESTIONS' },
        ScanIndexForward: false,
        ConsistentRead: true,
      }),
    );
    const newest = Items.find((one) => rollback === undefined || one['rollback'] === rollback);
    if (!newest) return undefined;
    const Key = { pk: `QUESTION#${newest['rollback']}#${newest['number']}`, sk: 'QUESTION' };
    return (await db.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  };
