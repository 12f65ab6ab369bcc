import type { Argument, Command, Option } from 'commander';
import type { Suggestion } from '../text/known-names.ts';
import { isPath, knownValues } from './values.ts';

/** The words that a shell completes. `files`: file names, if no value fits. */
type Candidates = { readonly values: readonly Suggestion[]; readonly files: boolean };

const nothing: Candidates = { values: [], files: false };

/** Returns what completes the last of the words that follow `rollback`. It may be empty, and the others may be incomplete. */
export function candidates(root: Command, words: readonly string[]): Candidates {
  const { before, word, prefix } = takenApart(words);
  const [name, ...rest] = before;
  if (name === undefined || name === 'help') return fitting(word, prefix, commandsOf(root));
  const command = root.commands.find((one) => one.name() === name);
  if (!command) return nothing;
  const { used, pending, operands, onlyOperands } = read(command, rest);
  if (pending) return valuesOf(pending, word, prefix);
  if (word.startsWith('-') && !onlyOperands) return fitting(word, prefix, optionsOf(command, used));
  const argument = command.registeredArguments[operands];
  return argument ? valuesOf(argument, word, prefix) : fitting(word, prefix, optionsOf(command, used));
}

/** bash gives `--option=value` as three words; zsh as one, and replaces it as a whole. */
function takenApart(words: readonly string[]) {
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1).filter((one) => one !== '=');
  const [, option, value] = /^(--[\w-]+)=(.*)$/s.exec(last) ?? [];
  if (option !== undefined) return { before: [...before, option], word: value ?? '', prefix: `${option}=` };
  return { before, word: last === '=' ? '' : last, prefix: '' };
}

/** Reads the words of a command before the one that is completed. `pending`: the option that still needs its value. */
function read(command: Command, words: readonly string[]) {
  const used = new Set<Option>();
  let pending: Option | undefined;
  let operands = 0;
  let onlyOperands = false;
  for (const word of words) {
    if (pending) {
      pending = undefined;
      continue;
    }
    const option = onlyOperands ? undefined : command.options.find((one) => one.long === word.split('=')[0]);
    if (option) used.add(option);
    if (option?.required && !word.includes('=')) pending = option;
    if (word === '--') onlyOperands = true;
    else if (onlyOperands || !word.startsWith('-')) operands += 1;
  }
  return { used, pending, operands, onlyOperands };
}

const commandsOf = (root: Command): Suggestion[] =>
  root
    .createHelp()
    .visibleCommands(root)
    .map((one) => ({ value: one.name(), about: one.description() }));

const optionsOf = (command: Command, used: ReadonlySet<Option>): Suggestion[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .filter((one) => !used.has(one))
    .map((one) => ({ value: one.long ?? one.short ?? '', about: one.description }));

const valuesOf = (target: Option | Argument, word: string, prefix: string): Candidates => ({
  ...fitting(word, prefix, knownValues(target)?.values() ?? []),
  files: isPath(target),
});

const fitting = (word: string, prefix: string, all: readonly Suggestion[]): Candidates => ({
  values: all.filter(({ value }) => value.startsWith(word)).map((one) => ({ ...one, value: `${prefix}${one.value}` })),
  files: false,
});
