import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeExecutionCommand, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { RemoteAccount } from './account.ts';
import { newestOf } from './request.ts';
import { rollOut } from './roll-out.ts';
import type { StoryAction } from './story.ts';

/** Makes one action of a story happen on the account. */
export async function act(
  account: RemoteAccount,
  action: StoryAction,
  arnOf: (machine: string) => string,
): Promise<void> {
  const {
    start,
    stop,
    look,
    release,
    host,
    script,
    aws,
    function: invocations,
    fault,
    heal,
    silence,
    alarm,
    event,
    rollout,
    deployed,
  } = action;
  if (start) await run(account, arnOf(`phase-${start.phase}`), start.input ?? {});
  if (look) await run(account, arnOf('look'), look);
  if (release) await run(account, arnOf('release'), release);
  if (stop) await stopNewest(account, arnOf(`phase-${stop.phase}`));
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
  if (fault) await account.changeTrading({ fault });
  if (heal) await account.changeTrading({ heal });
  if (silence) await account.changeTrading({ silence });
  if (alarm) await setAlarm(account, alarm);
  if (event) await account.changeEvents(event);
  if (rollout) await rollOut(account, rollout);
  if (deployed) await run(account, arnOf('record-deployment'), deployed);
}

function changeHost(account: RemoteAccount, { name, ...host }: NonNullable<StoryAction['host']>) {
  if ('does' in host) return account.changeHost(name, host);
  const changes: Partial<Record<typeof host.state, object>> = {
    untagged: { tags: {} },
    reachable: { reachable: true },
    unreachable: { reachable: false },
  };
  return account.changeHost(name, changes[host.state] ?? { becomes: host.state });
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

async function stopNewest(account: RemoteAccount, machine: string): Promise<void> {
  const { stepFunctions } = account;
  const newest = await newestOf(account, machine, ({ status }) => status === 'RUNNING');
  if (!newest) throw new Error(`The story stops ${machine}, but no execution of it is running.`);
  await stepFunctions.send(new StopExecutionCommand({ executionArn: newest.arn, error: 'StoppedByTheStory' }));
  await stepFunctions.send(new DescribeExecutionCommand({ executionArn: newest.arn }));
}
