import { type Command, Option } from 'commander';
import { environments, phases } from '../text/known-names.ts';
import { choice, knownValue, required } from './values.ts';

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
  return option.argParser((text: string) => Number(knownValue('phase', text, phases)));
}

export const requiredPhase = (about: string): Option => required(phaseOption(about));

export const jsonOption = (about: string): Option => new Option('--json', `${about} as JSON on standard output`);
