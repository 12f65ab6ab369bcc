import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ActionFaults } from './action-faults.ts';
import { callers } from './callers.ts';
import { realClock } from './clock.ts';
import { control } from './control/control.ts';
import { watchers } from './control/watch.ts';
import { dynamodb } from './dynamodb/dynamodb.ts';
import { dynamodbResources } from './dynamodb/resources.ts';
import { openEndpoint, type WireService } from './endpoint.ts';
import { makeHosts } from './hosts.ts';
import { iam } from './iam/iam.ts';
import { iamResources } from './iam/resources.ts';
import { jsonService } from './json-service.ts';
import { invokeTask } from './lambda/invoke-task.ts';
import { lambda } from './lambda/lambda.ts';
import { lambdaResources } from './lambda/resources.ts';
import { seeded, uuid } from './random.ts';
import { requestBody } from './request-body.ts';
import type { Surroundings } from './service.ts';
import { ssmResources } from './ssm/resources.ts';
import { ssm } from './ssm/ssm.ts';
import { makeToolbox } from './ssm/toolbox.ts';
import { statesResources } from './states/resources.ts';
import { states } from './states/states.ts';
import { type Assembly, readAssembly } from './template/assembly.ts';
import { createStacks } from './template/create-stacks.ts';
import { VirtualClock } from './virtual-clock.ts';

export type AccountOptions = {
  /** The folder that `cdk synth` wrote. */
  readonly assembly: string;
  /** The host image's folder. */
  readonly image: string;
  /** A folder of the account's own: hosts, scripts, links to tools. */
  readonly folder: string;
  readonly hosts: number;
  /** 0: any free one. */
  readonly port: number;
  readonly seed: number;
  /** Virtual time starts at this instant; absent: the real clock. */
  readonly virtualFrom?: number;
};

export type Account = { readonly endpoint: string; close(): Promise<void> };

/** Opens an embedded AWS account that holds what the cloud assembly says, with hosts made of the image. */
export async function openAccount(options: AccountOptions): Promise<Account> {
  const { folder, seed, virtualFrom } = options;
  const assembly = readAssembly(options.assembly);
  const place = placeOf(assembly);
  const clock = virtualFrom === undefined ? realClock() : new VirtualClock(virtualFrom);
  const watch = watchers(() => clock);
  const surroundings: Surroundings = { clock, random: seeded(seed), ...place, tell: watch.tell };

  const toolbox = join(folder, 'toolbox');
  mkdirSync(folder, { recursive: true });
  await makeToolbox(toolbox);
  const hosts = await makeHosts({
    image: options.image,
    folder: join(folder, 'hosts'),
    count: options.hosts,
    toolbox,
    now: clock.now(),
  });

  const faults = new ActionFaults(watch.tell);
  const roles = iam();
  const known = callers(place.accountId);
  const systemsManager = ssm(surroundings, hosts, {
    toolbox,
    runFolder: join(folder, 'scripts'),
    modelledDurations: clock instanceof VirtualClock,
  });
  const tables = dynamodb(surroundings);
  let url = '';
  const functions = lambda(surroundings, ({ name, roleArn, memoryMegabytes }) => {
    const { accessKeyId, secretAccessKey } = known.credentialsFor(roleArn, name);
    return {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: place.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_EC2_METADATA_DISABLED: 'true',
      TZ: ':UTC',
    };
  });
  const invocations = new Map<string, number>();
  const count = (arn: string) => invocations.set(arn, (invocations.get(arn) ?? 0) + 1);
  const machines = states(surroundings, {
    'arn:aws:states:::lambda:invoke': invokeTask(functions, roles, (arn) => void count(arn)),
  });

  const { resources } = await createStacks(
    assembly,
    {
      ...iamResources(roles, place),
      ...dynamodbResources(tables, place),
      ...lambdaResources(functions, assembly, place),
      ...ssmResources(systemsManager),
      ...statesResources(machines, place),
    },
    place,
  );

  let requests = 0;
  const endpoint = await openEndpoint({
    port: options.port,
    clock,
    services: {
      AmazonSSM: jsonService({
        prefix: 'ssm',
        jsonVersion: '1.1',
        state: systemsManager.state,
        actions: systemsManager.actions,
        iam: roles,
        faults,
      }),
      AWSStepFunctions: jsonService({
        prefix: 'states',
        jsonVersion: '1.0',
        state: machines,
        actions: machines.actions,
        iam: roles,
        faults,
      }),
      DynamoDB_20120810: dynamodbService(tables, roles, faults),
    },
    control: control({
      clock,
      hosts,
      toolbox,
      ssm: systemsManager,
      faults,
      watch,
      executions: () =>
        [...machines.executions.values()].map(({ arn, status, transitions }) => ({
          arn,
          status,
          transitions,
          lambda_invocations: invocations.get(arn) ?? 0,
        })),
      about: () => ({
        ...place,
        clock: clock instanceof VirtualClock ? 'virtual' : 'real',
        hosts: hosts.map(({ name, instanceId, folder: at }) => ({ name, instanceId, folder: at })),
        resources: resources.map(({ type, ref }) => ({ type, ref })),
        functions: functions.initMilliseconds(),
      }),
    }),
    callerOf: known.of,
    requested: (action, caller) => watch.tell({ service: 'endpoint', event: 'Requested', action, caller: caller.arn }),
    requestId: () => uuid(surroundings.random, `request/${requests++}`),
  });
  url = endpoint.url;
  await functions.warm();

  return {
    endpoint: endpoint.url,
    close: async () => {
      watch.close();
      systemsManager.close();
      await functions.close();
      await endpoint.close();
    },
  };
}

/** The one account and region that the stacks were synthesized for. */
function placeOf({ stacks }: Assembly): { accountId: string; region: string } {
  const [, accountId, region] = stacks[0]?.environment.match(/^aws:\/\/(\d{12})\/([a-z0-9-]+)$/) ?? [];
  if (!accountId || !region)
    throw new Error(
      `Stack ${stacks[0]?.name ?? '(none)'} names no account and region; synthesize it for an environment that does.`,
    );
  return { accountId, region };
}

/** dynalite answers in DynamoDB's own bytes, so the request goes through whole. */
const dynamodbService = (
  tables: ReturnType<typeof dynamodb>,
  roles: ReturnType<typeof iam>,
  faults: ActionFaults,
): WireService => ({
  jsonVersion: '1.0',
  answer: async (action, body, caller) => {
    roles.authorize(caller, tables.needs(action, requestBody(body)));
    faults.strike(`dynamodb:${action}`);
    return tables.handle(action, body);
  },
});
