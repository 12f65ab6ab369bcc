import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readEnvironment } from '../../config/infra.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { Story } from '../../rehearsals/story.ts';
import { accountOpens, type Told, tell } from '../../rehearsals/tell.ts';
import { type AccountOpening, openEmbeddedAccount } from '../account/embedded-account.ts';
import { recordText } from '../text/record-text.ts';
import { storyProgress } from '../text/story-progress.ts';
import { type Command, UsageError } from './command.ts';
import { interruptible, unlessInterrupted } from './interrupt.ts';
import { options, wholeNumber } from './options.ts';
import { readStory } from './story-file.ts';

export const rehearse: Command = {
  summary: 'Tell a story to an embedded account and see whether it comes out as it says',
  help: `rollback rehearse FILE [--json] [--seed N] [--real-time] [--assembly DIR]

  FILE            a story, e.g. rehearsals/stories/started-by-hand.yaml
  --json          one JSON document on standard output, progress on standard error
  --seed N        what is random comes from it (default 1): the same story and seed give the same document
  --real-time     on the real clock instead of the virtual one
  --assembly DIR  on what \`cdk synth\` wrote there (default: synthesized now)

Exit code 0: everything under \`then\` held. 1: it did not; what differed is printed. 2: the file is wrong.`,
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
    const telling = {
      story,
      seed: wholeNumber('seed', values.seed),
      say: values.json ? console.error : console.log,
      ...(values['real-time'] ? {} : { virtualFrom: accountOpens(story) }),
      ...(values.assembly === undefined ? {} : { assembly: assemblyIn(values.assembly) }),
    };
    const told = await interruptible((interrupted) => tellIt(telling, interrupted));
    if (values.json) console.log(JSON.stringify(told, null, 2));
    else console.log(report(told, file));
    return told.passed ? 0 : 1;
  },
};

type Telling = Pick<AccountOpening, 'seed' | 'virtualFrom' | 'assembly'> & {
  readonly story: Story;
  readonly say: (line: string) => void;
};

async function tellIt({ story, say, ...opening }: Telling, interrupted: AbortSignal): Promise<Told> {
  const { name, environment, hosts } = story;
  say(`${name}  (${hosts} hosts, ${opening.virtualFrom ? 'virtual' : 'real'} time, seed ${opening.seed})\n`);
  const progress = (line: string) => say(`         ${line}`);
  const account = await openEmbeddedAccount({ ...opening, environment, hosts, port: 0, interrupted, progress });
  try {
    say('');
    const line = storyProgress();
    const hear = (happening: Readonly<Record<string, unknown>>) => {
      const text = line(happening);
      if (text) say(text);
    };
    const { region } = readEnvironment(environment);
    const telling = { endpoint: account.endpoint, region, seed: opening.seed, hear };
    return await unlessInterrupted(interrupted, tell(story, telling));
  } finally {
    await account.close();
  }
}

/** An absolute path, since the account runs in a folder of its own choice. */
function assemblyIn(folder: string): string {
  if (existsSync(join(folder, 'manifest.json'))) return resolve(folder);
  throw new UsageError(`--assembly takes a folder that \`cdk synth\` wrote; ${folder} has no manifest.json.`);
}

function report({ passed, differences, rollback, execution, timings }: Told, file: string): string {
  const verdict = passed
    ? 'The story came out as it says.'
    : ['The story came out differently:', ...differences.map((one) => `  ${one}`)].join('\n');
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

const nextSteps = (file: string) => `Where to look next
  npm run rollback -- rehearse ${file} --json   the same with every event
  npm run local                                 keep an account open, then in a second terminal:
    npm run rollback -- start --phase 1         start a rollback yourself
    npm run rollback -- show                    read its record and history
  statemachines/rendered/phase-1.asl.json       what ran
  docs/runbook.md                               what each ending means and what to do`;
