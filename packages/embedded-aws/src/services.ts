import { appconfig } from './appconfig/appconfig.ts';
import { appconfigResources } from './appconfig/resources.ts';
import { VirtualClock } from './clock/virtual-clock.ts';
import { cloudTrail } from './cloudtrail/cloudtrail.ts';
import { cloudwatch } from './cloudwatch/cloudwatch.ts';
import { cloudwatchResources } from './cloudwatch/resources.ts';
import { vendedMetrics } from './cloudwatch/vended-metrics.ts';
import { dynamodb } from './dynamodb/dynamodb.ts';
import { dynamodbResources } from './dynamodb/resources.ts';
import { events } from './events/events.ts';
import { eventsResources } from './events/resources.ts';
import { ActionFaults } from './faults/action-faults.ts';
import { iam } from './iam/iam.ts';
import { iamResources } from './iam/resources.ts';
import type { Credentials } from './identity/callers.ts';
import { notify, sendDeadLetter, sendFailure } from './identity/on-behalf.ts';
import { startAs } from './identity/rule-role.ts';
import { kms } from './kms/kms.ts';
import { kmsResources } from './kms/resources.ts';
import { invokeTask } from './lambda/invoke-task.ts';
import { type FunctionConfiguration, lambda } from './lambda/lambda.ts';
import { lambdaResources } from './lambda/resources.ts';
import { messaging } from './messaging/messaging.ts';
import { messagingResources } from './messaging/resources.ts';
import type { Host } from './ssm/host.ts';
import { ssmResources } from './ssm/resources.ts';
import { scriptStarter } from './ssm/script-starter.ts';
import { ssm } from './ssm/ssm.ts';
import { statesResources } from './states/resources.ts';
import { states } from './states/states.ts';
import type { Assembly } from './template/assembly.ts';
import type { ResourceMaker } from './template/resource.ts';
import type { EndpointOptions, WireService } from './wire/endpoint.ts';
import type { HttpService } from './wire/http-service.ts';
import { jsonService } from './wire/json-service.ts';
import { requestBody } from './wire/request-body.ts';
import type { Action, Surroundings } from './wire/service.ts';

export type ServicesOptions = {
  readonly assembly: Assembly;
  readonly hosts: readonly Host[];
  readonly toolbox: string;
  /** A folder of Systems Manager's own. */
  readonly scripts: string;
  /** The account's address; asked once it has one. */
  readonly endpoint: () => string;
  readonly credentialsFor: (roleArn: string, session: string) => Credentials;
};

export type Services = ReturnType<typeof openServices>;

/** Every service of the account, wired to the others as AWS's are. */
export function openServices(surroundings: Surroundings, options: ServicesOptions) {
  const { hosts, toolbox, endpoint } = options;
  const { clock, tell } = surroundings;
  const roles = iam();
  const keys = kms();
  const faults = new ActionFaults(tell, () => clock.now());
  const invocations = new Map<string, number>();
  const trail = cloudTrail(surroundings, (event) => void bus.publish(event));

  const alarms = cloudwatch(surroundings, {
    publish: (event) => void bus.publish(event),
    notify: (...action) => notify(tell, functions, messages, ...action),
  });
  const vended = vendedMetrics(clock, alarms);
  const functions = lambda(surroundings, (configuration) => lambdaEnvironment(surroundings, options, configuration), {
    counted: vended.counted,
    sendFailure: (...failure) => sendFailure(roles, messages, ...failure),
  });
  const count = (arn: string) => void invocations.set(arn, (invocations.get(arn) ?? 0) + 1);
  const integrations = { 'arn:aws:states:::lambda:invoke': invokeTask(functions, roles, count) };
  const machines = states(surroundings, integrations, vended.ended);
  const messages = messaging(surroundings, {
    endpoint,
    onQueueDepth: vended.depth,
    letsEncrypt: keys.letsEncrypt,
    invoke: (arn, event) => functions.invokeLater(arn, event, { arn: 'sns.amazonaws.com' }),
  });
  const bus = events(surroundings, {
    startExecution: startAs(roles, machines, faults, trail.record),
    invoke: (arn, event) => functions.invokeLater(arn, event, { arn: 'events.amazonaws.com' }),
    sendToQueue: (queueArn, body, attributes) => sendDeadLetter(messages, queueArn, body, attributes),
  });
  const flags = appconfig(surroundings, {
    alarmState: (arn) => [...alarms.state.alarms.values()].find((alarm) => alarm.arn === arn)?.state.value,
  });
  /** What the agents on a host would have done by now. */
  const prepare = (host: Host) => flags.writeAgentFiles([host], ({ folder }) => folder);
  const scripts = scriptStarter();
  const systemsManager = ssm(surroundings, hosts, {
    toolbox,
    runFolder: options.scripts,
    modelledDurations: clock instanceof VirtualClock,
    run: scripts.run,
    prepare,
  });
  const tables = dynamodb(surroundings);

  const json = <State>(
    prefix: string,
    jsonVersion: '1.0' | '1.1',
    { state, actions }: JsonService<State>,
  ): WireService => jsonService({ prefix, jsonVersion, state, actions, iam: roles, faults, trail: trail.record });
  const http =
    (handle: HttpService): EndpointOptions['httpServices'][string] =>
    (request, caller) =>
      handle(
        request,
        (needs) => {
          roles.authorize(caller, needs);
          faults.strike(needs[0]?.action ?? '', needs);
        },
        caller,
      );
  return {
    faults,
    policyNamed: roles.policyNamed,
    alarms,
    bus,
    functions,
    machines,
    messages,
    systemsManager,
    prepare,
    /** Oldest first. */
    executions: () =>
      [...machines.executions.values()].map(({ arn, status, transitions, startedAt }) => ({
        arn,
        status,
        started_at: new Date(startedAt).toISOString(),
        transitions,
        lambda_invocations: invocations.get(arn) ?? 0,
      })),
    makers: {
      ...iamResources(roles, surroundings),
      ...dynamodbResources(tables, surroundings),
      ...lambdaResources(functions, options.assembly, surroundings),
      ...ssmResources(systemsManager),
      ...statesResources(machines, surroundings),
      ...cloudwatchResources(alarms),
      ...eventsResources(bus),
      ...appconfigResources(flags),
      ...messagingResources(messages),
      ...kmsResources(keys, surroundings),
    } satisfies Record<string, ResourceMaker>,
    /** By the prefix of X-Amz-Target. */
    services: {
      AmazonSSM: json('ssm', '1.1', systemsManager),
      AWSStepFunctions: json('states', '1.0', { state: machines, actions: machines.actions }),
      GraniteServiceVersion20100801: json('cloudwatch', '1.0', alarms),
      AWSEvents: json('events', '1.1', bus),
      DynamoDB_20120810: dynamodbService(tables, roles, faults),
    },
    /** By the name that requests are signed for. */
    httpServices: {
      appconfig: http(flags.handle),
      sns: http(messages.sns.handle),
      sqs: http(messages.sqs.handle),
    },
    close: async () => {
      vended.close();
      alarms.close();
      trail.close();
      bus.close();
      systemsManager.close();
      await scripts.close();
      await functions.close();
    },
  };
}

type JsonService<State> = {
  readonly state: State;
  readonly actions: Readonly<Record<string, Action<State, never, unknown>>>;
};

/** What Lambda adds to a function's own variables. */
function lambdaEnvironment(
  { region }: Surroundings,
  { credentialsFor, endpoint }: ServicesOptions,
  { name, roleArn, memoryMegabytes }: FunctionConfiguration,
) {
  const { accessKeyId, secretAccessKey } = credentialsFor(roleArn, name);
  return {
    AWS_ENDPOINT_URL: endpoint(),
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_EC2_METADATA_DISABLED: 'true',
    TZ: ':UTC',
  };
}

/** dynalite answers in DynamoDB's own bytes, so the request goes through whole. */
const dynamodbService = (
  tables: ReturnType<typeof dynamodb>,
  roles: ReturnType<typeof iam>,
  faults: ActionFaults,
): WireService => ({
  jsonVersion: '1.0',
  answer: async (action, body, caller) => {
    const needs = tables.needs(action, requestBody(body));
    roles.authorize(caller, needs);
    faults.strike(`dynamodb:${action}`, needs);
    const answer = await tables.handle(action, body);
    faults.strike(`dynamodb:${action}`, needs, true);
    return answer;
  },
});
