import { appconfigResources } from './appconfig/resources.ts';
import { DescribeTrails } from './cloudtrail/actions/DescribeTrails.ts';
import { LookupEvents } from './cloudtrail/actions/LookupEvents.ts';
import { cloudwatchResources } from './cloudwatch/resources.ts';
import { type ConnectedServices, connectServices, type ServicesOptions } from './connected-services.ts';
import { dynamodbResources } from './dynamodb/resources.ts';
import { dynamodbService } from './dynamodb/service.ts';
import { eventsResources } from './events/resources.ts';
import { withFaults } from './faults/http-faults.ts';
import { type ExecutionEnding, endAs } from './faults/stop-faults.ts';
import { iamResources } from './iam/resources.ts';
import { checkedCalls } from './identity/checked-call.ts';
import { kmsResources } from './kms/resources.ts';
import { lambdaResources } from './lambda/resources.ts';
import { lambdaRest } from './lambda/rest.ts';
import { logsResources } from './logs/resources.ts';
import { messagingResources } from './messaging/resources.ts';
import { receiver } from './receiver/receiver.ts';
import { s3Resources } from './s3/resources.ts';
import { ssmResources } from './ssm/resources.ts';
import { statesActions } from './states/actions.ts';
import { statesResources } from './states/resources.ts';
import { sts } from './sts/sts.ts';
import type { Assembly } from './template/assembly.ts';
import type { ResourceMaker } from './template/resource.ts';
import type { HttpService } from './wire/http-service.ts';
import { jsonService } from './wire/json-service.ts';
import type { Reachable, WireService } from './wire/route.ts';
import type { Action, Surroundings } from './wire/service.ts';

export type Services = ReturnType<typeof openServices>;

/** Opens every service of the account. Returns them with the makers of their resources and their wire protocols. */
export function openServices(surroundings: Surroundings, options: ServicesOptions) {
  const connected = connectServices(surroundings, options);
  const { faults, functionFaults, roles, alarms, bus, functions, machines } = connected;
  const { messages, flags, systemsManager, instances, prepare, agents, stopFaults } = connected;
  return {
    faults,
    functionFaults,
    policyNamed: roles.policyNamed,
    alarms,
    bus,
    functions,
    machines,
    receivers: receiver(surroundings, faults),
    messages,
    systemsManager,
    flags,
    agents,
    stopFaults,
    monitors: () => monitorsOf(connected),
    instances,
    prepare,
    executions: () => executionsOf(connected),
    hasEnded: (arn: string) => hasEnded(connected, arn),
    endExecution: (arn: string, how: ExecutionEnding) => endAs(machines.execution(arn), how),
    created: connected.stacks.created,
    makers: resourceMakers(connected, options.assembly, surroundings),
    services: jsonServices(connected, surroundings),
    httpServices: httpServices(connected, surroundings),
    close: () => close(connected),
  };
}

/** Returns the monitors of all flag layers, by the layer's name. */
const monitorsOf = ({ flags }: ConnectedServices) =>
  [...flags.state.environments.values()].map(({ name, monitors }) => ({ layer: name, monitors }));

/** Returns all executions in the order of their start. */
const executionsOf = ({ machines, invocations }: ConnectedServices) =>
  [...machines.executions.values()].map(({ arn, status, isDeleted, transitions, startedAt }) => ({
    arn,
    status: isDeleted ? 'DELETED' : status,
    started_at: new Date(startedAt).toISOString(),
    transitions,
    lambda_invocations: invocations.get(arn) ?? 0,
  }));

/** Returns whether an execution was started and does not run any more. */
function hasEnded({ machines }: ConnectedServices, arn: string): boolean {
  const execution = machines.executions.get(arn);
  return execution !== undefined && (execution.isDeleted || execution.status !== 'RUNNING');
}

/** Returns the makers of all resource types that have an effect, by type. */
const resourceMakers = (services: ConnectedServices, assembly: Assembly, surroundings: Surroundings) =>
  ({
    ...iamResources(services.roles, surroundings),
    ...dynamodbResources(services.tables, surroundings),
    ...lambdaResources(services.functions, assembly, surroundings),
    ...ssmResources(services.systemsManager),
    ...statesResources(services.machines, surroundings),
    ...cloudwatchResources(services.alarms),
    ...eventsResources(services.bus),
    ...appconfigResources(services.flags),
    ...messagingResources(services.messages),
    ...kmsResources(services.keys, surroundings),
    ...s3Resources(services.buckets, surroundings),
    ...logsResources(services.logged),
  }) satisfies Record<string, ResourceMaker>;

type JsonService<State> = {
  readonly state: State;
  readonly actions: Readonly<Record<string, Action<State, never, unknown>>>;
};

/** Returns the services of the JSON protocol, by the prefix of X-Amz-Target. */
function jsonServices(
  { roles, faults, trail, systemsManager, machines, alarms, bus, tables, logged }: ConnectedServices,
  surroundings: Surroundings,
) {
  const runChecked = checkedCalls(roles, faults, trail.record);
  const json = <State>(
    prefix: string,
    jsonVersion: '1.0' | '1.1',
    { state, actions }: JsonService<State>,
  ): WireService => jsonService({ prefix, jsonVersion, state, actions, runChecked });
  return {
    AmazonSSM: json('ssm', '1.1', systemsManager),
    AWSStepFunctions: json('states', '1.0', { state: machines, actions: statesActions }),
    GraniteServiceVersion20100801: json('cloudwatch', '1.0', alarms),
    AWSEvents: json('events', '1.1', bus),
    CloudTrail_20131101: json('cloudtrail', '1.1', {
      state: { ...surroundings, ...trail.history },
      actions: { DescribeTrails, LookupEvents },
    }),
    Logs_20140328: json('logs', '1.1', logged),
    DynamoDB_20120810: dynamodbService(tables, runChecked),
  };
}

/** Returns the services with their own protocol, by the service name in a signature. */
function httpServices(
  { roles, faults, flags, messages, buckets, instances, functions, stacks }: ConnectedServices,
  surroundings: Surroundings,
): Reachable['httpServices'] {
  const http = (handle: HttpService) => withFaults(handle, faults, (caller, needs) => roles.authorize(caller, needs));
  return {
    appconfig: http(flags.handle),
    cloudformation: http(stacks.handle),
    lambda: http(lambdaRest(functions)),
    sns: http(messages.sns.handle),
    sqs: http(messages.sqs.handle),
    s3: http(buckets.handle),
    ec2: http(instances.handle),
    sts: http(sts(surroundings)),
  };
}

async function close({ vended, alarms, trail, bus, systemsManager, computers, functions }: ConnectedServices) {
  vended.close();
  alarms.close();
  trail.close();
  bus.close();
  systemsManager.close();
  await computers.close();
  await functions.close();
}
