import { AppConfigClient } from '@aws-sdk/client-appconfig';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { answerTo } from './answer-to.ts';

/** An execution as the account shows it. */
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

/** The account a story is told to: AWS clients and `/_account/`, both over HTTP. */
export type RemoteAccount = ReturnType<typeof remoteAccount>;

export function remoteAccount(endpoint: string, region: string, environment: string) {
  const clientOf = (person: string) => ({
    endpoint,
    region,
    credentials: { accessKeyId: person, secretAccessKey: 'not-verified' },
  });
  const client = clientOf('teller');
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  const history = `rollback-${environment}-history`;

  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const { status, text } = await answerTo(`${endpoint}/_account${path}`, method, body);
    const answer = JSON.parse(text) as T & { error?: string };
    if (status >= 300) throw new Error(answer.error ?? `${method} ${path} answered ${status}`);
    return answer;
  };

  const stepFunctions = new SFNClient(client);

  return {
    environment,
    stepFunctions,
    /** Step Functions as somebody reaches it with credentials of their own. */
    stepFunctionsAs: (person: string) => new SFNClient(clientOf(person)),
    cloudWatch: new CloudWatchClient(client),
    appConfig: new AppConfigClient(client),
    about: () =>
      ask<{ now: string; accountId: string; clock: 'virtual' | 'real'; hosts: { name: string }[] }>('GET', ''),
    /** Lets time pass until an instant, or until an execution is over. */
    letTimePass: (until: string, execution?: string) =>
      ask<{ now: string }>('POST', '/clock', { until, ...(execution ? { execution } : {}) }),
    executions: () => ask<Execution[]>('GET', '/executions'),
    /** What an execution gave in the end; undefined: it failed, or runs. */
    outputOf: async (executionArn: string): Promise<unknown> => {
      const { output } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      return output === undefined ? undefined : JSON.parse(output);
    },
    /** Whether Systems Manager reaches it, its tags, or something that happens on it, once or for so many seconds. */
    changeHost: (host: string, change: unknown) => ask('POST', `/hosts/${host}`, change),
    statusOf: (host: string) => ask<Record<string, unknown>>('GET', `/hosts/${host}/status`),
    /** Everything that was published, oldest first. */
    messages: () => ask<PublishedMessage[]>('GET', '/messages'),
    /** Puts a fault into the trading systems, takes a phase's away, or keeps its metrics from being published. */
    changeTrading: (change: unknown) => ask('POST', '/trading', change),
    /** Loses, repeats or delays events before EventBridge has them. */
    changeEvents: (change: unknown) => ask('POST', '/events', change),
    addFault: (fault: unknown) => ask('POST', '/faults', fault),
    /** Faults of the story that have not struck, one sentence each. */
    unmetFaults: async () => (await ask<{ unmet: string[] }>('GET', '/faults')).unmet,
    /** Everything that happens from here on, one by one, until `signal` ends it. */
    watch: (hear: (happening: Record<string, unknown>) => void, signal: AbortSignal) =>
      watch(`${endpoint}/_account/watch`, hear, signal),
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
  };
}

/** Resolves once the stream is open; lines arrive from then on. */
async function watch(
  url: string,
  hear: (happening: Record<string, unknown>) => void,
  signal: AbortSignal,
): Promise<void> {
  const { body } = await fetch(url, { signal });
  if (!body) throw new Error(`${url} answered nothing.`);
  const reading = async () => {
    let rest = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) hear(JSON.parse(line));
    }
  };
  reading().catch(() => {}); // ended by the signal, or with the account
}
