import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readEnvironment } from '../../config/environments.ts';
import { counted } from '../../domain/counted.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { overHttp } from '../../rehearsals/over-http.ts';
import { accountOpens, runStoryOn } from '../../rehearsals/run-story.ts';
import type { Story } from '../../rehearsals/story.ts';
import type { StoryResult } from '../../rehearsals/story-result.ts';
import { type AccountOpening, openEmbeddedAccount } from '../account/embedded-account.ts';
import { interruptible, unlessInterrupted } from '../account/interrupt.ts';
import { UsageError } from '../account/usage-error.ts';
import { print as printText } from '../text/colour.ts';
import { recordText } from '../text/record-text.ts';
import { storyProgress } from '../text/story-progress.ts';
import { readStory } from './story-file.ts';

type Options = {
  readonly json?: boolean;
  readonly seed: number;
  readonly realTime?: boolean;
  readonly simulated?: boolean;
  readonly assembly?: string;
};

export async function rehearse(
  file: string,
  { json = false, seed, realTime, simulated = false, assembly }: Options,
): Promise<number> {
  if (simulated && realTime)
    throw new UsageError('--simulated and --real-time exclude each other: a simulated account has virtual time only.');
  const story = readStory(file);
  const rehearsal = {
    story,
    seed,
    simulated,
    print: json ? console.error : console.log,
    ...(realTime ? {} : { virtualFrom: accountOpens(story) }),
    ...(assembly === undefined ? {} : { assembly: assemblyIn(assembly) }),
  };
  const result = await interruptible((interrupted) => runRehearsal(rehearsal, interrupted));
  if (json) console.log(JSON.stringify(result, null, 2));
  else printText(resultText(result, file));
  return result.passed ? 0 : 1;
}

type Rehearsal = Pick<AccountOpening, 'seed' | 'virtualFrom' | 'assembly'> & {
  readonly story: Story;
  readonly simulated: boolean;
  readonly print: (line: string) => void;
};

async function runRehearsal(
  { story, print, simulated, ...opening }: Rehearsal,
  interrupted: AbortSignal,
): Promise<StoryResult> {
  const { name, environment, hosts, hybrid } = story;
  print(
    `${name}  (${counted(hosts, 'host')}, ${opening.virtualFrom ? 'virtual' : 'real'} time, seed ${opening.seed})\n`,
  );
  const progress = (line: string) => print(`         ${line}`);
  const open = simulated ? (await import('../account/simulated-account.ts')).openSimulation : openOverHttp;
  const account = await open({ ...opening, environment, hosts, hybrid, port: 0, interrupted, progress });
  try {
    print('');
    const progressLine = storyProgress();
    const hear = (event: Readonly<Record<string, unknown>>) => {
      const line = progressLine(event);
      if (line) print(line);
    };
    const { region } = readEnvironment(environment);
    const target = { reach: account.reach, region, seed: opening.seed, hear };
    return await unlessInterrupted(interrupted, runStoryOn(story, target));
  } finally {
    await account.close();
  }
}

/** Opens the full account, which is reached over HTTP. */
async function openOverHttp(opening: AccountOpening) {
  const { endpoint, close } = await openEmbeddedAccount(opening);
  return { reach: overHttp(endpoint, readEnvironment(opening.environment).region), close };
}

/** Returns the folder's absolute path, because the account's process runs in another folder. */
function assemblyIn(folder: string): string {
  if (existsSync(join(folder, 'manifest.json'))) return resolve(folder);
  throw new UsageError(`--assembly takes a folder that \`cdk synth\` wrote; ${folder} has no manifest.json.`);
}

function resultText({ passed, differences, rollback, execution, timings }: StoryResult, file: string): string {
  const verdict = passed
    ? 'Passed: everything under `then` is true.'
    : ['Failed: the result differs from the story:', ...differences.map((one) => `  ${one}`)].join('\n');
  const cost = execution
    ? `${execution.transitions} transitions, ${execution.lambda_invocations} Lambda invocations, first command after ${String(timings['first_command_seconds'] ?? '-')} s`
    : '';
  return [
    '',
    rollback ? recordText(rollback as unknown as RollbackRecord) : 'No record: no rollback was opened.',
    '',
    cost,
    verdict,
    '',
    nextSteps(file),
  ].join('\n');
}

const nextSteps = (file: string) => `Next:
  npm run rollback -- rehearse ${file} --json   the same story with every event
  npm run local                                 keep an account open; then in a second terminal:
    npm run rollback -- start 1                 start a rollback yourself
    npm run rollback -- show                    read its record and history
  statemachines/rendered/phase-1.asl.json       the state machine that ran
  docs/runbook.md                               each ending: its meaning, and what to do`;
