import { Command } from 'commander';
import { ExitCode, notes } from './commands/command.ts';
import { jsonOption } from './commands/options.ts';
import { numberOption } from './commands/values.ts';
import './compile-cache.js';
import { runProgram, withOurErrors } from './program.ts';

const program = new Command('npm run safeguards --')
  .description('Removes one safeguard after the other from a copy of the project, and shows what breaks without it.')
  .argument('[names...]', 'safeguards of incidents/safeguards; without a name all')
  .option('--list', 'print the safeguards, and do nothing')
  .option('--incidents', "play random incidents instead of the safeguard's story")
  .addOption(numberOption('--count <number>', 'with --incidents: most incidents per safeguard', [1]).default(1000))
  .addOption(numberOption('--seed <number>', 'with --incidents: seed of all incidents', [0]).default(1))
  .addOption(numberOption('--from <number>', 'with --incidents: number of the first incident', [1]).default(1))
  .option('--full-account', 'play the stories on the full account, with real hosts')
  .option('--keep', 'store the incidents that were found, and write the table of docs/safeguards.md')
  .addOption(jsonOption('the results'))
  .addHelpText(
    'after',
    notes({
      about: `Each safeguard is removed by a patch of the source in a copy; the working tree stays as it is. A story must hold with
the safeguard and break without it. Random incidents that cannot concern the safeguard are drawn and counted, but
not played. The results so far: docs/safeguards.md.`,
      examples: [
        ['npm run safeguards', 'all safeguards, by their stories'],
        ['npm run safeguards -- fence-on-hosts --full-account', 'one, on the full account'],
        ['npm run safeguards -- fence-on-hosts --incidents', 'one, by at most 1,000 random incidents'],
      ],
      exitCodes: `Exit code 0: each safeguard is proved needed. 1: one is not. 2: usage error. 130: Ctrl-C; prints what was found so far.`,
    }),
  )
  .action(async (names: readonly string[], options) => {
    const { proveSafeguards } = await import('./actions/safeguards.ts');
    const exitCode = await proveSafeguards(names, options);
    if (exitCode !== 0) throw new ExitCode(exitCode);
  });
process.exitCode = await runProgram(withOurErrors(program, []), process.argv.slice(2));
