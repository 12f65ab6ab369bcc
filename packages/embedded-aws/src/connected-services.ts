import { type AppConfig, appconfig } from './appconfig/appconfig.ts';
import { staleAgents } from './appconfig/stale-agents.ts';
import { VirtualClock } from './clock/virtual-clock.ts';
import { cloudformation } from './cloudformation/cloudformation.ts';
import { cloudTrail } from './cloudtrail/cloudtrail.ts';
import { cloudwatch } from './cloudwatch/cloudwatch.ts';
import type { CloudWatchState } from './cloudwatch/state.ts';
import { vendedMetrics } from './cloudwatch/vended-metrics.ts';
import { dynamodb, type MakeEngine } from './dynamodb/dynamodb.ts';
import { ec2 } from './ec2/ec2.ts';
import { events } from './events/events.ts';
import { ActionFaults } from './faults/action-faults.ts';
import { FunctionFaults } from './faults/function-faults.ts';
import { StopFaults } from './faults/stop-faults.ts';
import type { Computers } from './hosts/computers.ts';
import { iam } from './iam/iam.ts';
import type { Credentials } from './identity/callers.ts';
import { alarmNotifier, failureSender, sendDeadLetter } from './identity/on-behalf.ts';
import { startAs } from './identity/rule-role.ts';
import { kms } from './kms/kms.ts';
import { type FunctionConfiguration, logGroupOf } from './lambda/function-configuration.ts';
import { invokeTask } from './lambda/invoke-task.ts';
import { lambda } from './lambda/lambda.ts';
import type { StartRuntime } from './lambda/runtime.ts';
import { logs } from './logs/logs.ts';
import { messaging } from './messaging/messaging.ts';
import { s3 } from './s3/s3.ts';
import type { Host } from './ssm/host.ts';
import { ssm } from './ssm/ssm.ts';
import type { Execution } from './states/interpreter/execution.ts';
import { states } from './states/states.ts';
import { statusChange } from './states/status-change.ts';
import type { Assembly } from './template/assembly.ts';
import type { Surroundings } from './wire/service.ts';

export type ServicesOptions = {
  readonly assembly: Assembly;
  readonly computers: Computers;
  readonly startRuntime: StartRuntime;
  readonly makeEngine: MakeEngine;
  /** Returns the account's address; '' until the endpoint is open. */
  readonly endpoint: () => string;
  readonly credentialsFor: (roleArn: string, session: string) => Credentials;
};

export type ConnectedServices = ReturnType<typeof connectServices>;

/** Makes every service of the account, each connected to the others as on AWS. */
export function connectServices(surroundings: Surroundings, options: ServicesOptions) {
  const { clock, tell } = surroundings;
  const keys = kms();
  const roles = iam(keys.verdict);
  const faults = new ActionFaults(tell, () => clock.now());
  const functionFaults = new FunctionFaults(tell, () => clock.now());
  const trail = cloudTrail(surroundings, (event) => void bus.publish(event));
  const alarms = cloudwatch(surroundings, {
    publish: (event) => void bus.publish(event),
    notify: (...action) => alarmNotifier(tell, functions, messages)(...action),
  });
  const vended = vendedMetrics(clock, alarms);
  const logged = logs(surroundings);
  const variables = (configuration: FunctionConfiguration) => lambdaEnvironment(surroundings, options, configuration);
  const functions = lambda(
    surroundings,
    { variables, start: options.startRuntime },
    {
      counted: vended.counted,
      faults: functionFaults,
      sendFailure: (...failure) => failureSender(roles, messages)(...failure),
      keepLine: (configuration, stream, line) => logged.put(logGroupOf(configuration), stream, line),
    },
  );
  /** The number of function invocations per execution ARN. */
  const invocations = new Map<string, number>();
  const count = (arn: string) => void invocations.set(arn, (invocations.get(arn) ?? 0) + 1);
  const integrations = { 'arn:aws:states:::lambda:invoke': invokeTask(functions, roles, surroundings, count) };
  const stopFaults = new StopFaults(clock);
  const entered = (execution: Execution) => stopFaults.entered(execution);
  const changed = (execution: Execution) => void bus.publish(statusChange(execution));
  const machines = states(surroundings, integrations, { ended: vended.ended, entered, changed });
  const messages = messaging(surroundings, {
    endpoint: options.endpoint,
    onQueueDepth: vended.depth,
    letsEncrypt: keys.letsEncrypt,
    invoke: (arn, event) => functions.invokeLater(arn, event, { arn: 'sns.amazonaws.com' }),
  });
  const bus = events(surroundings, {
    startExecution: startAs(roles, machines, faults, trail.record),
    invoke: (arn, event) => functions.invokeLater(arn, event, { arn: 'events.amazonaws.com' }),
    undelivered: vended.undelivered,
    sendToQueue: (queueArn, body, attributes) => sendDeadLetter(messages, queueArn, body, attributes),
  });
  const buckets = s3(surroundings);
  const flags = appconfig(surroundings, { alarmOf: monitoredAlarms(alarms.state) });
  const { computers } = options;
  /** Brings the files of a host's agents up to date. */
  const agents = staleAgents(clock);
  const prepare = agentWriter(flags, agents, computers);
  const modelledDurations = clock instanceof VirtualClock;
  const systemsManager = ssm(surroundings, computers.hosts, { ...computers, modelledDurations, prepare });
  const instances = ec2(surroundings, computers.hosts);
  const tables = dynamodb(surroundings, options.makeEngine);
  const stacks = cloudformation(surroundings);
  const account = { roles, keys, faults, functionFaults, trail, alarms, vended, functions, invocations };
  const hosted = { agents, stopFaults, computers, systemsManager, instances, tables, logged, stacks };
  return { ...account, ...hosted, machines, messages, bus, buckets, flags, prepare };
}

/** Returns a function that finds an alarm by its ARN, as AppConfig's monitors see it. */
const monitoredAlarms = (state: CloudWatchState) => (arn: string) => {
  const alarm = [...state.alarms.values()].find((one) => one.arn === arn);
  return alarm && { state: alarm.state.value, actionsEnabled: alarm.definition.ActionsEnabled };
};

/** Returns a function that brings the files of a host's agent up to date, unless the agent is stale. */
const agentWriter =
  (flags: AppConfig, agents: ReturnType<typeof staleAgents>, computers: Computers) => (host: Host) => {
    const files = flags.agentFiles(host.name);
    if (!agents.keeps(host.name, files)) computers.writeAgentFiles(host, files);
  };

/** Returns the variables that Lambda adds to a function's own. */
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
