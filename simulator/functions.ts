import { clientSettings, directClient, type FunctionPlace, type Handler } from 'embedded-aws/in-process';
import { seeded } from 'embedded-aws/random';
import type { Post } from '../lambdas/clients/post.ts';
import * as aws from '../lambdas/wiring/aws-clients.ts';
import { functions, type Wire } from '../lambdas/wiring/functions.ts';
import { settingsFrom } from '../lambdas/wiring/settings.ts';

/** Makes the handler of a function: the product's own, wired with clients whose requests stay in this process. */
export function handlerOf({ configuration, environment, now, sleep, carry }: FunctionPlace): Handler {
  const place = {
    carry,
    sleep,
    region: environment['AWS_REGION'] ?? '',
    accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
    random: seeded(configuration.name.length),
  };
  const settings = clientSettings(place);
  const direct = <Client extends object>(make: (settings: aws.ClientSettings) => Client) =>
    directClient(make, settings, place);
  const { maxAttempts, requestHandler } = aws.promptSettings;
  const prompt = clientSettings(place, { maxAttempts, requestTimeout: requestHandler.requestTimeout });
  const clients = {
    appConfig: direct(aws.appConfigClient),
    cloudWatch: direct(aws.cloudWatchClient),
    get cloudWatchLogs() {
      return aws.cloudWatchLogsClient(settings);
    },
    dynamoDb: direct(aws.dynamoDbClient),
    ec2: direct(aws.ec2Client),
    eventBridge: direct(aws.eventBridgeClient),
    lambda: direct(aws.lambdaClient),
    post: inThisProcess(carry, sleep),
    promptCloudWatch: directClient(aws.cloudWatchClient, prompt, place),
    get s3() {
      return aws.s3Client(settings);
    },
    sns: direct(aws.snsClient),
    ssm: direct(aws.ssmClient),
    stepFunctions: direct(aws.stepFunctionsClient),
  };
  const wired = wiringOf(configuration.name)(clients, settingsFrom(environment), { now, sleep });
  return withoutRealTimers(wired as MiddyHandler);
}

/** A handler of middy, as far as it concerns the simulator. */
type MiddyHandler = ((event: never, context: never) => Promise<unknown>) & {
  before(hook: (request: { context: object }) => void): unknown;
};

/**
 * Gives an invocation's remaining time to the function, but not to middy, which would start a timer of real time for it. On a
 * slow machine this timer would fail an invocation whose virtual time has not passed. If the invocation never settles, as
 * after a crash, the timer would keep the process alive. Lambda's own timeout is the account's, in virtual time.
 *
 * middy reads the remaining time before it runs its hooks.
 */
export function withoutRealTimers(handler: MiddyHandler): Handler {
  const remaining = Symbol('remaining time');
  handler.before(({ context }: { context: { [remaining]?: unknown } }) => {
    Object.assign(context, { getRemainingTimeInMillis: context[remaining] });
  });
  return (event, context) => {
    const { getRemainingTimeInMillis, ...rest } = context as Readonly<Record<string, unknown>>;
    return handler(event as never, { ...rest, [remaining]: getRemainingTimeInMillis } as never);
  };
}

/** Posts to the receivers of the account of this process. The account is the only address there is. */
const inThisProcess =
  (carry: FunctionPlace['carry'], sleep: FunctionPlace['sleep']): Post =>
  async (url, body) => {
    const headers = { 'content-type': 'application/json' };
    const request = { method: 'POST', path: new URL(url).pathname, headers, body: JSON.stringify(body) };
    const { status, body: text } = await carry(request);
    if (status > 0) return { status, text: String(text) };
    await sleep(noResponseMilliseconds);
    throw new Error(`${url} did not respond.`);
  };

/** As lambdas/clients/post.ts waits. */
const noResponseMilliseconds = 5000;

/** Finds the wiring of a function by its name in the account, `rollback-<environment>-<function>`. */
function wiringOf(functionName: string): Wire {
  const found = Object.entries(functions).find(([name]) => functionName.endsWith(`-${name}`));
  if (!found) throw new Error(`${functionName} is none of the functions in lambdas/wiring/functions.ts.`);
  return found[1] as Wire;
}
