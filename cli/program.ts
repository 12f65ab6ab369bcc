import { styleText } from 'node:util';
import type { Argument, Command, CommanderError } from 'commander';
import { capital } from '../domain/capital.ts';
import { nearMiss } from '../domain/near-miss.ts';
import { UsageError } from './account/usage-error.ts';
import { ExitCode } from './commands/command.ts';
import { insteadOf, isMandatory, isPath, knownSentence, knownValues } from './commands/values.ts';
import { printFailure } from './text/colour.ts';

/** Makes commander's errors, of this program and its commands, the sentences of ours, and checks what commander does not. */
export function withOurErrors(root: Command, commands: readonly Command[]): Command {
  const bold = (text: string) => styleText('bold', text, { validateStream: false });
  root
    .configureHelp({
      styleTitle: bold,
      styleSubcommandTerm: bold,
      // Almost every command has options, so `[options]` would only narrow the other column.
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(usageOf)].join(' '),
    })
    .configureOutput({ outputError: () => {} })
    .hook('preAction', (_, command) => checkOptions(command));
  for (const one of commands) root.addCommand(one.copyInheritedSettings(root));
  for (const one of [root, ...commands])
    one.exitOverride((error) => {
      throw error.exitCode === 0 ? error : new UsageError(sentence(error, one));
    });
  return root;
}

const usageOf = (argument: Argument) => (argument.required ? `<${argument.name()}>` : `[${argument.name()}]`);

/** Runs a program and prints failures on standard error. Returns the exit code. */
export async function runProgram(program: Command, words: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof ExitCode || isHelp(error)) return error.exitCode;
    printFailure(error instanceof Error ? error.message : String(error));
    return exitCodes[error instanceof Error ? error.name : ''] ?? 1;
  }
}

/** By name, because the classes' modules are loaded only by the commands that need them. */
const exitCodes: Readonly<Record<string, number>> = { UsageError: 2, InvalidFile: 2, Interrupted: 130 };

const isHelp = (error: unknown): error is CommanderError => (error as Partial<CommanderError>).exitCode === 0;

function checkOptions(command: Command): void {
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    const known = knownValues(option);
    const instead = insteadOf(option);
    if (
      value === undefined &&
      isMandatory(option) &&
      (instead === undefined || command.getOptionValue(instead) === undefined)
    )
      throw new UsageError(
        [
          `${option.long}${instead === undefined ? '' : `, or --${instead},`} is missing.`,
          ...(known ? [knownSentence(known)] : []),
        ].join(' '),
      );
    // Commander takes the next word, whatever it is: `--reason --yes` would be a rollback for the reason "--yes".
    if (typeof value === 'string' && value.startsWith('--'))
      throw new UsageError(`${option.long} needs a value; found the option "${value}".`);
  }
}

/** Returns an error of commander as a sentence: what was found, the nearest word, and what is known. */
function sentence({ code, message }: CommanderError, command: Command): string {
  const [, found = '', suggestion] = /^(?:error: )?(.*?)(?:\n\((Did you mean .*)\?\))?$/s.exec(message) ?? [];
  const word = /'([^']*)'/.exec(found)?.[1] ?? '';
  const names = alternatives(code, command);
  const near = suggestion ?? (nearMiss(word, names) ? `Did you mean ${nearMiss(word, names)}` : undefined);
  const what = capital(found).replace(/\.$/, '');
  return `${what}${near === undefined ? '.' : `; ${near.charAt(0).toLowerCase()}${near.slice(1)}?`}${rest(code, command, what)}`;
}

const visibleOptions = (command: Command) => command.createHelp().visibleOptions(command);

/** Returns the words that may have been meant. Commander looks for them too, but never in other letter case. */
function alternatives(code: string, command: Command): string[] {
  if (code === 'commander.unknownOption') return visibleOptions(command).map(({ long }) => long ?? '');
  return code === 'commander.unknownCommand' ? command.commands.map((one) => one.name()) : [];
}

function rest(code: string, command: Command, what: string): string {
  if (code === 'commander.unknownCommand') return ' List all commands:\n  npm run rollback -- --help';
  if (code === 'commander.excessArguments' && command.registeredArguments.length === 0)
    return optionSentence(/ got 1: (.+)$/.exec(what)?.[1], command);
  if (code === 'commander.unknownOption' || code === 'commander.optionMissingArgument') return knownOptions(command);
  return command.registeredArguments.map((one) => ` ${argumentSentence(one)}`).join('');
}

const knownOptions = (command: Command): string =>
  ` Known options: ${visibleOptions(command)
    .map(({ long }) => long)
    .join(', ')}.`;

/** Returns the option that a word of a command without arguments was meant for: `arm 1` for `arm --phase 1`. */
function optionSentence(word: string | undefined, command: Command): string {
  const meant = visibleOptions(command).find(
    (option) =>
      (option.long === '--phase' && /^\d+$/.test(word ?? '')) ||
      (option.long === '--version' && isMandatory(option)) ||
      option.long === '--rollback',
  );
  return word === undefined || meant === undefined ? knownOptions(command) : ` Did you mean ${meant.long} ${word}?`;
}

/** Returns what an argument may be: its known values; of files only their folder. */
function argumentSentence(argument: Argument): string {
  const known = knownValues(argument);
  if (!known) return `It takes ${usageOf(argument)}: ${argument.description}.`;
  return isPath(argument) ? `Files to choose from are in ${known.where}.` : knownSentence(known);
}
