import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeExecutionCommand, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { RemoteAccount } from './account.ts';
import { newestOf } from './answer.ts';
import { rollOut } from './roll-out.ts';
import type { Happening } from './story.ts';

/** Makes one thing of a story happen. */
export async function act(
  account: RemoteAccount,
  happening: Happening,
  arnOf: (machine: string) => string,
): Promise<void> {
  const { start, stop, look, release, host, script, aws, fault, heal, silence, alarm, event, rollout, deployed } =
    happening;
  if (start) await run(account, arnOf(`phase-${start.phase}`), start.input ?? {});
  if (look) await run(account, arnOf('look'), look);
  if (release) await run(account, arnOf('release'), release);
  if (stop) await stopNewest(account, arnOf(`phase-${stop.phase}`));
  if (host) await change(account, host);
  if (aws) await account.addFault(aws);
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

function change(account: RemoteAccount, { name, ...host }: NonNullable<Happening['host']>) {
  if ('does' in host) return account.changeHost(name, host);
  return account.changeHost(name, host.state === 'untagged' ? { tags: {} } : { reachable: host.state === 'reachable' });
}

export const run = ({ stepFunctions }: RemoteAccount, stateMachineArn: string, input: unknown) =>
  stepFunctions.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));

const setAlarm = (
  { cloudWatch, environment }: RemoteAccount,
  { phase, trigger, variant, state }: NonNullable<Happening['alarm']>,
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
  if (!newest) throw new Error(`Nothing to stop: no execution of ${machine} is running.`);
  await stepFunctions.send(new StopExecutionCommand({ executionArn: newest.arn, error: 'StoppedByTheStory' }));
  await stepFunctions.send(new DescribeExecutionCommand({ executionArn: newest.arn }));
}
