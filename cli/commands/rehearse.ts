import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readEnvironment } from '../../config/infra.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { accountOpens, runStoryOn } from '../../rehearsals/run-story.ts';
import type { Story } from '../../rehearsals/story.ts';
import type { StoryResult } from '../../rehearsals/story-result.ts';
import { type AccountOpening, openEmbeddedAccount } from '../account/embedded-account.ts';
import { interruptible, unlessInterrupted } from '../account/interrupt.ts';
import { UsageError } from '../account/usage-error.ts';
import { recordText } from '../text/record-text.ts';
import { storyProgress } from '../text/story-progress.ts';
import type { Command } from './command.ts';
import { options, wholeNumber } from './options.ts';
import { readStory } from './story-file.ts';

export const rehearse: Command = {
  summary: 'Run a story on an embedded account and compare the result with its expectations',
  help: `rollback rehearse FILE [--json] [--seed N] [--real-time] [--assembly DIR]

  FILE            a story, such as rehearsals/stories/started-by-hand.yaml
  --json          one JSON document on standard output, progress on standard error
  --seed N        seed of all random values (default 1): the same story and seed give the same document
  --real-time     use the real clock instead of the virtual one
  --assembly DIR  use what \`cdk synth\` wrote there (default: synthesized now)

Exit code 0: everything under \`then\` is true. 1: something differs; prints each difference.
2: usage error, or a mistake in the story or in infra/. 130: Ctrl-C.`,
  run: async (words) => {
    const { values, positionals } = options({
      args: words,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        seed: { type: 'string', default: '1' },
        'real-time': { type: 'boolean', default: false },
        assembly: { type: 'string' },
      },
    });
    const [file, ...more] = positionals;
    if (!file || more.length > 0)
      throw new UsageError(
        `rehearse takes one story file; found ${positionals.length === 0 ? 'none' : positionals.join(' ')}.`,
      );
    const story = readStory(file);
    const rehearsal = {
      story,
      seed: wholeNumber('seed', values.seed),
      print: values.json ? console.error : console.log,
      ...(values['real-time'] ? {} : { virtualFrom: accountOpens(story) }),
      ...(values.assembly === undefined ? {} : { assembly: assemblyIn(values.assembly) }),
    };
    const result = await interruptible((interrupted) => runRehearsal(rehearsal, interrupted));
    if (values.json) console.log(JSON.stringify(result, null, 2));
    else console.log(resultText(result, file));
    return result.passed ? 0 : 1;
  },
};

type Rehearsal = Pick<AccountOpening, 'seed' | 'virtualFrom' | 'assembly'> & {
  readonly story: Story;
  readonly print: (line: string) => void;
};

async function runRehearsal({ story, print, ...opening }: Rehearsal, interrupted: AbortSignal): Promise<StoryResult> {
  const { name, environment, hosts } = story;
  print(`${name}  (${hosts} hosts, ${opening.virtualFrom ? 'virtual' : 'real'} time, seed ${opening.seed})\n`);
  const progress = (line: string) => print(`         ${line}`);
  const account = await openEmbeddedAccount({ ...opening, environment, hosts, port: 0, interrupted, progress });
  try {
    print('');
    const progressLine = storyProgress();
    const hear = (event: Readonly<Record<string, unknown>>) => {
      const line = progressLine(event);
      if (line) print(line);
    };
    const { region } = readEnvironment(environment);
    const target = { endpoint: account.endpoint, region, seed: opening.seed, hear };
    return await unlessInterrupted(interrupted, runStoryOn(story, target));
  } finally {
    await account.close();
  }
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
    npm run rollback -- start --phase 1         start a rollback yourself
    npm run rollback -- show                    read its record and history
  statemachines/rendered/phase-1.asl.json       the state machine that ran
  docs/runbook.md                               each ending: its meaning, and what to do`;
