import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { RemoteAccount } from './account.ts';
import * as executions from './executions.ts';
import { haltMarket } from './past.ts';
import { rollOut } from './roll-out.ts';
import type { StoryAction } from './story.ts';
import { machineOf } from './story-values.ts';

/** The machines that an action starts with its own fields as input, by the action's key. */
const machines = {
  look: 'look',
  prepare: 'prepare-deployment',
  ready: 'check-readiness',
  contacts: 'confirm-contacts',
  release: 'release',
  brakes: 'brakes',
  deployed: 'record-deployment',
} as const;

/** Makes one action of a story happen on the account. Returns the differences that show at once, one sentence each. */
export async function act(
  account: RemoteAccount,
  action: StoryAction,
  arnOf: (machine: string) => string,
): Promise<string[]> {
  const {
    start,
    stop,
    redrive,
    halt,
    resume,
    orders,
    subscribe,
    host,
    script,
    aws,
    function: invocations,
    fault,
    heal,
    silence,
    alarm,
    event,
    monitor,
    rule,
    rollout,
    verified,
  } = action;
  if (start) return executions.start(account, start, arnOf(machineOf(start.phase)));
  if (stop) return executions.stop(account, stop, arnOf(machineOf(stop.phase)));
  if (redrive) return executions.redrive(account, redrive, arnOf(machineOf(redrive.phase)));
  for (const [key, machine] of Object.entries(machines))
    if (key in action) await run(account, arnOf(machine), action[key as keyof typeof machines]);
  if (halt) await runAs(account, arnOf('halt'), halt);
  if (resume) await runAs(account, arnOf('resume'), resume);
  if (orders) await changeOrders(account, orders);
  if (subscribe) await account.subscribe(arnOf('look'), subscribe.protocol, subscribe.endpoint);
  if (host) await changeHost(account, host);
  if (aws) await account.addFault(aws);
  if (invocations) {
    const { name, ...misbehaviour } = invocations;
    await account.addFault({ function: name, ...misbehaviour });
  }
  if (script) {
    const { step, ...misbehaviour } = script;
    await account.addFault({ parameters: { Step: step }, ...misbehaviour });
  }
  if (fault || heal) await account.changeTrading(fault ? { fault } : { heal });
  if (silence) await account.changeTrading({ silence });
  if (alarm) await setAlarm(account, alarm);
  if (event) await account.changeEvents(event);
  if (monitor) await addMonitor(account, monitor);
  if (rule) await account.changeEvents({ rule: rule.name, enabled: rule.state === 'enabled' });
  if (rollout) await rollOut(account, rollout);
  if (action.secret) await account.storeSecret(action.secret.name, action.secret.value);
  await deploy(account, action);
  if (action.market) await haltMarket(account, action.market);
  if (verified) await account.verifyDeployment(verified.phase, verified.version);
  return [];
}

function changeHost(account: RemoteAccount, { name, ...host }: NonNullable<StoryAction['host']>) {
  if (!('state' in host)) return account.changeHost(name, host);
  const changes: Partial<Record<typeof host.state, object>> = {
    untagged: { tags: {} },
    tagged: { tags: 'original' },
    reachable: { reachable: true },
    unreachable: { reachable: false },
  };
  return account.changeHost(name, changes[host.state] ?? { becomes: host.state });
}

/** Starts a state machine with a person's own credentials; without a person, with those of the story. */
async function runAs(
  account: RemoteAccount,
  stateMachineArn: string,
  { as, ...input }: NonNullable<StoryAction['halt']>,
): Promise<void> {
  const stepFunctions = as === undefined ? account.stepFunctions : account.stepFunctionsAs(as);
  await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
}

const changeOrders = (account: RemoteAccount, { host, ...changes }: NonNullable<StoryAction['orders']>) =>
  account.changeHost(host, { does: 'orders', with: JSON.stringify(changes) });

/** Adds a monitor to a layer. The layers' names are those of cdk/flag-layers.ts, which rehearsals/ must not import. */
const addMonitor = (account: RemoteAccount, { layer, alarm }: NonNullable<StoryAction['monitor']>) =>
  account.addMonitor({ environment: `${account.environment}${layer === 'safety' ? '-safety' : ''}`, alarm });

/** Puts a version on one host, or on one after the other. */
async function deploy(account: RemoteAccount, { code, redeploy }: StoryAction): Promise<void> {
  const what = code ?? redeploy;
  if (!what) return;
  const { hosts } = await account.about();
  for (const name of code?.host ? [code.host] : hosts.map((one) => one.name))
    await account.changeHost(name, { does: code ? 'deploy' : 'redeploy', with: what.version });
}

/** Starts a state machine. */
export const run = ({ stepFunctions }: RemoteAccount, stateMachineArn: string, input: unknown) =>
  stepFunctions.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));

/**
 * Sets an alarm's state.
 *
 * Builds the alarm's name itself, although domain/alarm/alarm-name.ts builds it too: rehearsals/ works on the account over
 * HTTP only and must import nothing of the product (tests/walls.test.ts).
 */
const setAlarm = (
  { cloudWatch, environment }: RemoteAccount,
  { phase, trigger, variant, state }: NonNullable<StoryAction['alarm']>,
) =>
  cloudWatch.send(
    new SetAlarmStateCommand({
      AlarmName: [`rollback-${environment}-phase-${phase}-${trigger}`, ...(variant ? [variant] : [])].join('-'),
      StateValue: state,
      StateReason: 'Set by the story.',
    }),
  );

/** Returns an action once per time at which it happens: a pipeline redeploys again and again. */
export const eachTime = (action: StoryAction): StoryAction[] =>
  Array.from({ length: action.redeploy?.times ?? 1 }, (_, i) => ({
    ...action,
    at: action.at + i * (action.redeploy?.every ?? 0),
  }));
