import { Command } from 'commander';

/**
 * Begins a command of `rollback`. To add one:
 *
 * 1. `cli/actions/NAME.ts` does the work: `async (argument…, options) => exit code`. It may import what it needs.
 * 2. `cli/commands/NAME.ts` declares arguments, options, help and `.action(run(…))`. It imports only what is light, because
 *    help and completion load the file of every command. options.ts has the options that several commands share, and
 *    values.ts those whose values are checked and completed.
 * 3. `cli/rollback.ts` lists the command.
 *
 * An option's value arrives under its name in camel case (`--real-time`: `realTime`); without the option it is undefined,
 * or its default. A command that only reads an account runs in withAccount, one that changes something in actingOn.
 */
export const command = (name: string, group: Group, summary: string): Command =>
  new Command(name).description(summary).helpGroup(groups[group]);

/** The groups of the commands in the help of `rollback`, in this order. */
const groups = {
  look: 'Look at a rollback or at the hosts; changes nothing:',
  act: 'Act (on AWS it asks first):',
  rehearse: 'Rehearse on an embedded account:',
  repository: 'For this repository and your shell:',
} as const;
type Group = keyof typeof groups;

/** The end of a command with another exit code than 0, after it has printed why. */
export class ExitCode extends Error {
  override readonly name = 'ExitCode';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`Exit code ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** Makes commander's action of a function that returns an exit code. `load` imports the function, only when it runs. */
// biome-ignore lint/suspicious/noExplicitAny: commander passes what the command has declared
export function run(load: () => Promise<(...args: any[]) => Promise<number>>) {
  return async (...args: unknown[]): Promise<void> => {
    const action = await load();
    // Commander's last argument is the command itself.
    const exitCode = await action(...args.slice(0, -1));
    if (exitCode !== 0) throw new ExitCode(exitCode);
  };
}

type Notes = {
  readonly about?: string;
  /** A command line, and what it does. */
  readonly examples: readonly (readonly [string, string])[];
  readonly exitCodes: string;
};

/** Returns the text below a command's options: what else to know, examples, exit codes. */
export function notes({ about, examples, exitCodes }: Notes): string {
  const wide = Math.max(...examples.map(([line]) => line.length));
  return [
    '',
    ...(about === undefined ? [] : [about, '']),
    'Examples:',
    ...examples.map(([line, what]) => `  ${line.padEnd(wide)}  ${what}`.trimEnd()),
    '',
    exitCodes,
  ].join('\n');
}
