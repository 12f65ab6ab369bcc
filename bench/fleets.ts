import { DescribeExecutionCommand, GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { openEmbeddedAccount } from '../cli/account/embedded-account.ts';
import { type RemoteAccount, remoteAccount } from '../rehearsals/account.ts';
import { overHttp } from '../rehearsals/over-http.ts';
import { accountOpens, runStoryOn } from '../rehearsals/run-story.ts';
import { storySchema } from '../rehearsals/story.ts';
import type { Figure } from './figure.ts';
import { peakMegabytes } from './peak-memory.ts';

/**
 * Measures the largest rollback, of Phase 1, on 3 and 300 hosts in virtual time.
 *
 * Its transitions and the outputs of its states must not grow with the fleet. A retried step enters no state. With more
 * hosts a retry is more likely, because one host may not have ticked yet. tests/lambdas/sizes.test.ts checks the sizes at
 * 1,000 hosts.
 */
export async function fleets(say: (line: string) => void): Promise<Figure[]> {
  const [small, large] = [await rollbackOn(3, say), await rollbackOn(300, say)];
  return [
    {
      name: 'states entered, 300 hosts over 3 hosts',
      value: large.entered / small.entered,
      unit: 'x',
      most: 1,
      least: 1,
    },
    { name: 'transitions with retries, 300 hosts', value: large.transitions, unit: '' },
    { name: 'largest output of a state, 300 hosts', value: large.outputBytes, unit: 'bytes', most: 4096 },
    { name: 'RECORD, 300 hosts', value: large.recordBytes, unit: 'bytes', most: 20_480 },
    { name: 'rollback of 300 hosts, wall time', value: Math.round(large.seconds), unit: 's' },
    { name: 'account process, peak, 300 hosts', value: large.megabytes, unit: 'MB', most: 600 },
  ];
}

async function rollbackOn(hosts: number, say: (line: string) => void) {
  const story = storySchema.parse({
    name: `${hosts} hosts`,
    hosts,
    when: [{ at: '0s', start: { phase: 1 } }],
    // biome-ignore lint/suspicious/noThenProperty: the word of the story; it is parsed, never awaited
    then: { ending: 'Rolled back' },
  });
  const account = await openEmbeddedAccount({
    environment: 'local',
    hosts,
    seed: 1,
    port: 0,
    virtualFrom: accountOpens(story),
    progress: say,
  });
  try {
    const began = performance.now();
    const { execution, passed, differences, rollback } = await runStoryOn(story, {
      reach: overHttp(account.endpoint, 'us-east-1'),
      region: 'us-east-1',
      seed: 1,
      hear: () => {},
    });
    if (!passed || !execution) throw new Error(differences.join('\n'));
    const seconds = (performance.now() - began) / 1000;
    const remote = remoteAccount(overHttp(account.endpoint, 'us-east-1'), 'local');
    return {
      ...(await statesOf(remote, execution.arn)),
      transitions: execution.transitions,
      recordBytes: Buffer.byteLength(JSON.stringify(rollback)),
      seconds,
      megabytes: peakMegabytes(account.pid),
    };
  } finally {
    await account.close();
  }
}

/** Returns how many states an execution entered, and the size of their largest output. */
async function statesOf({ stepFunctions }: RemoteAccount, executionArn: string) {
  const { events = [] } = await stepFunctions.send(
    new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, includeExecutionData: true }),
  );
  const { output = '' } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  const outputs = events.map(({ stateExitedEventDetails }) => stateExitedEventDetails?.output ?? '');
  return {
    entered: events.filter(({ type }) => type?.endsWith('StateEntered')).length,
    outputBytes: Math.max(...[...outputs, output].map((one) => Buffer.byteLength(one))),
  };
}
