import { uuid } from '../clock/random.ts';
import type { Host } from '../ssm/host.ts';
import { AwsError } from '../wire/aws-error.ts';
import { runAction } from '../wire/checked-action.ts';
import type { HttpService } from '../wire/http-service.ts';
import { parseQuery } from '../wire/query.ts';
import type { Surroundings } from '../wire/service.ts';
import { DescribeInstances } from './actions/DescribeInstances.ts';
import type { Ec2State, Instance, InstanceState } from './state.ts';
import { errorXml, responseXml } from './xml.ts';

/** The actions of EC2 that the account supports, by AWS's names. */
export const actions = { DescribeInstances };

/** EC2 of the embedded account: the hosts that are instances, with their states and tags. */
export type Ec2 = {
  readonly state: Ec2State;
  readonly handle: HttpService;
  /** Changes an instance's state. Throws if the host is none, because a hybrid node has no state in EC2. */
  setState(host: Host, state: InstanceState): void;
  /** Returns an instance's state; undefined for a host outside EC2. */
  stateOf(host: Host): InstanceState | undefined;
  /** Removes an instance that was terminated a while ago. */
  forget(host: Host): void;
  /** Replaces an instance's tags. Does nothing for a host outside EC2. */
  setTags(host: Host, tags: Host['tags']): void;
};

export function ec2(surroundings: Surroundings, hosts: readonly Host[]): Ec2 {
  const launchedAt = surroundings.clock.now();
  const instances = new Map(
    hosts
      .filter(({ instanceId }) => instanceId.startsWith('i-'))
      .map((host): [string, Instance] => [host.instanceId, { host, launchedAt, state: 'running', tags: host.tags }]),
  );
  const state: Ec2State = { surroundings, instances };
  return {
    state,
    handle: endpoint(state),
    setState: (host, next) => {
      const instance = instances.get(host.instanceId);
      if (!instance) throw new Error(`${host.name} is no instance of EC2, so it cannot be ${next}.`);
      instance.state = next;
    },
    stateOf: ({ instanceId }) => instances.get(instanceId)?.state,
    forget: ({ instanceId }) => void instances.delete(instanceId),
    setTags: ({ instanceId }, tags) => {
      const instance = instances.get(instanceId);
      if (instance) instance.tags = tags;
    },
  };
}

function endpoint(state: Ec2State): HttpService {
  const errors = { unknownAction: 'InvalidAction', invalidRequest: 'InvalidParameterValue' };
  const service = { prefix: 'ec2', state, actions, errors };
  let requests = 0;
  return async (request, authorize, caller) => {
    const requestId = uuid(state.surroundings.random, `ec2/request/${requests++}`);
    const headers = { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId };
    const { action, fields } = parseQuery(String(request.body));
    try {
      const result = await runAction(service, { name: action, fields }, authorize, caller);
      return { status: 200, headers, body: responseXml(action, result as object, requestId) };
    } catch (error) {
      const { code, message, statusCode } = asEc2Error(error);
      return { status: statusCode, headers, body: errorXml(code, message, requestId) };
    }
  };
}

/** A denial is UnauthorizedOperation in EC2. */
function asEc2Error(error: unknown): AwsError {
  if (!(error instanceof AwsError))
    return new AwsError('InternalError', `The embedded account failed: ${(error as Error).stack}`, 500);
  return error.code === 'AccessDeniedException' ? new AwsError('UnauthorizedOperation', error.message, 403) : error;
}
