import type { Command } from 'commander';
import { command, notes, run } from './command.ts';
import { argumentChoice } from './values.ts';

export const completion = (): Command =>
  command('completion', 'repository', 'Print the script that completes `rollback` in your shell')
    .addArgument(argumentChoice('<shell>', 'bash or zsh', { values: () => [{ value: 'bash' }, { value: 'zsh' }] }))
    .addHelpText(
      'after',
      notes({
        about: `Completes commands, options, and values such as environments, phases, severities, answers, machines and stories.
The shell completes the word \`rollback\`. If it is not on your PATH, define it first:
  rollback() { npx rollback "$@"; }`,
        examples: [
          ['source <(npx rollback completion bash)', 'in ~/.bashrc, or once in a shell'],
          ['source <(npx rollback completion zsh)', 'in ~/.zshrc after compinit'],
        ],
        exitCodes: 'Exit code 0: printed. 2: usage error.',
      }),
    )
    .action(run(async () => (await import('../actions/completion.ts')).completion));
