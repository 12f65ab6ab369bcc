import { readFileSync } from 'node:fs';
import type { RollbackRecord } from '../domain/record.ts';
import { InvalidFile, parseYaml } from '../domain/yaml.ts';
import { storySchema } from '../rehearsals/story.ts';
import { type Told, tell } from '../rehearsals/tell.ts';
import { readEnvironment } from '../statemachines/files.ts';
import { type Command, UsageError } from './command.ts';
import { openEmbeddedAccount } from './embedded-account.ts';
import { untilInterrupted } from './interrupt.ts';
import { options, wholeNumber } from './options.ts';
import { recordText } from './record-text.ts';
import { storyProgress } from './story-progress.ts';

/** Every story begins on a Monday morning, so that the same story and seed tell the same times. */
const storyStart = '2026-01-05T09:00:00Z';

export const rehearse: Command = {
  summary: 'Tell a story to an embedded account and see whether it comes out as it says',
  help: `rollback rehearse FILE [--json] [--seed N] [--real-time]

  FILE         a story, e.g. rehearsals/stories/started-by-hand.yaml
  --json       one JSON document on standard output, progress on standard error
  --seed N     what is random comes from it (default 1): the same story and seed give the same document
  --real-time  on the real clock instead of the virtual one

Exit code 0: everything under \`then\` held. 1: it did not; what differed is printed. 2: the file is wrong.`,
  run: async (words) => {
    const { values, positionals } = options({
      args: words,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        seed: { type: 'string', default: '1' },
        'real-time': { type: 'boolean', default: false },
      },
    });
    const [file, ...more] = positionals;
    if (!file || more.length > 0)
      throw new UsageError(
        `rehearse takes one story file; found ${positionals.length === 0 ? 'none' : positionals.join(' ')}.`,
      );
    const seed = wholeNumber('seed', values.seed);
    const story = parseYaml(storySchema, file, readStory(file));
    const { region } = environmentOf(story.environment, file);
    const say = values.json ? console.error : console.log;

    say(`${story.name}  (${story.hosts} hosts, ${values['real-time'] ? 'real' : 'virtual'} time, seed ${seed})\n`);
    const account = await openEmbeddedAccount({
      environment: story.environment,
      hosts: story.hosts,
      seed,
      port: 0,
      progress: (line) => say(`         ${line}`),
      ...(values['real-time'] ? {} : { virtualFrom: storyStart }),
    });
    try {
      const line = storyProgress();
      const hear = (happening: Readonly<Record<string, unknown>>) => {
        const text = line(happening);
        if (text) say(text);
      };
      say('');
      const told = await untilInterrupted(tell(story, { endpoint: account.endpoint, region, seed, hear }));
      if (values.json) console.log(JSON.stringify(told, null, 2));
      else console.log(report(told, file));
      return told.passed ? 0 : 1;
    } finally {
      await account.close();
    }
  },
};

function readStory(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`${file} cannot be read. The stories are in rehearsals/stories.`);
  }
}

function environmentOf(name: string, file: string) {
  try {
    const environment = readEnvironment(name);
    if (!environment.endpoint)
      throw new Error(`environment ${name} is not an embedded account; a story is only told to one that is.`);
    return environment;
  } catch (error) {
    if (error instanceof InvalidFile) throw error;
    throw new InvalidFile([`${file}: ${(error as Error).message}`]);
  }
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
