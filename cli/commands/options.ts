import { type Command, Option } from 'commander';
import { UsageError } from '../account/usage-error.ts';
import { environments, phases } from '../text/known-names.ts';
import { run } from './command.ts';
import { choice, knownValue, required, suggestedArgument } from './values.ts';

/** Adds the options of a command that connects to an account. */
export function accountOptions(command: Command): Command {
  const names = environments.values().map(({ value }) => value);
  return command
    .optionsGroup('Account:')
    .addOption(
      choice(
        '--environment <name>',
        `${names.join(', ')}; local is the account of \`npm run local\`, incidents that of \`npm run incidents\``,
        environments,
      ).default('local', 'local'),
    )
    .option('--profile <name>', 'AWS profile (default: AWS_PROFILE, then the other sources of the AWS SDK)')
    .option('--region <name>', "AWS region; must be the environment's own, which is the default");
}

/** Adds the options of a command that changes something in an account. */
export const actingOptions = (command: Command): Command =>
  accountOptions(command).option('--yes', 'act on AWS without asking; needed if there is no terminal');

/** The phase that a command is about, as a number. */
export function phaseOption(about: string): Option {
  const known = phases
    .values()
    .map(({ value, about: name }) => `${value} (${name})`)
    .join(', ');
  const option = choice('--phase <number>', `${about}: ${known}`, phases);
  return option.argParser(knownPhase);
}

const knownPhase = (text: string) => Number(knownValue('phase', text, phases));

/** Makes a command about one phase, which is given as a word or as --phase: `plan 1`, `plan --phase 1`. */
export const aboutPhase = (command: Command, about: string): Command =>
  withPhase(command, about, required(phaseOption(about)));

/** Makes a command about one phase, or about every phase from the latest down to one: `plan 1`, `plan --before 3`. */
export function aboutPhases(command: Command, about: string): Command {
  const before = choice(
    '--before <number>',
    'this phase and every later one, the latest first, in one rollback',
    phases,
    'phase',
  );
  before.argParser(knownPhase).conflicts('phase');
  return withPhase(command, about, required(phaseOption(about), 'before')).addOption(before);
}

function withPhase(command: Command, about: string, option: Option): Command {
  const word = suggestedArgument('[phase]', `${about}; the same as --phase`, phases);
  // Commander parses arguments after all options.
  word.argParser((text: string) => {
    const phase = knownPhase(text);
    const given: unknown = command.getOptionValue('phase');
    if (given !== undefined && given !== phase)
      throw new UsageError(`Two phases: ${phase}, and ${String(given)} by --phase. Give one of them.`);
    const before: unknown = command.getOptionValue('before');
    if (before !== undefined) throw new UsageError(`Phase ${phase}, and --before ${String(before)}. Give one of them.`);
    command.setOptionValue('phase', phase);
    return phase;
  });
  return command.addArgument(word).addOption(option);
}

/** Runs a command about one phase. The options have the phase, however it was given. */
export const runAboutPhase = <Options>(load: () => Promise<(options: Options) => Promise<number>>) =>
  run(async () => {
    const action = await load();
    return (_: number | undefined, options: Options) => action(options);
  });

export const jsonOption = (about: string): Option => new Option('--json', `${about} as JSON on standard output`);
