import { Command } from 'commander';
import { candidates } from './candidates.ts';

/**
 * The command that the completion scripts run: prints a candidate per line, its meaning after a tab. `:files` alone asks the
 * shell to complete file names. Its arguments are the words after `rollback`; the last one is completed.
 */
export const complete = (): Command =>
  new Command('__complete').argument('[words...]').action((words: string[], _: object, self: Command) => {
    const { values, files } = candidates(self.parent ?? self, words);
    const lines = values.map(({ value, about }) => (about ? `${value}\t${about}` : value));
    if (lines.length > 0) console.log(lines.join('\n'));
    else if (files) console.log(':files');
  });
