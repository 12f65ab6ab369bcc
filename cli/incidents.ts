import { Command } from 'commander';
import { ExitCode, notes } from './commands/command.ts';
import { jsonOption } from './commands/options.ts';
import { numberOption, pathOption } from './commands/values.ts';
import './compile-cache.js';
import { runProgram, withOurErrors } from './program.ts';

const program = new Command('npm run incidents --')
  .description('Runs random incidents in the simulator, and judges each by the invariants of incidents/invariants.ts.')
  .addOption(numberOption('--count <number>', 'number of incidents', [1]).default(100))
  .addOption(numberOption('--seed <number>', 'seed of all incidents', [0]).default(1))
  .addOption(numberOption('--from <number>', 'number of the first incident', [1]).default(1))
  .addOption(numberOption('--jobs <number>', 'processes that share the incidents', [1, 64]).default(2))
  .addOption(numberOption('--shrink <number>', 'most runs with which a broken incident is shrunk', [1]).default(80))
  .option('--twice', 'run every incident twice and compare the hashes (default: one in 20)')
  .option('--first', 'end at the first break')
  .option('--only <words>', 'play only incidents whose JSON matches this regular expression; the numbers stay')
  .addOption(jsonOption('one document (progress on standard error)'))
  .addOption(pathOption('--keep <folder>', 'write the story of each broken invariant there'))
  .addOption(pathOption('--story <file>', 'judge this story instead of random incidents'))
  .option('--full-account', 'with --story: on the full account, with real hosts')
  .addOption(pathOption('--assembly <folder>', 'use what `cdk synth` wrote there (default: synthesized now)'))
  .addOption(numberOption('--every <number>', 'run one incident in so many: the share of a process', [1]).hideHelp())
  .option('--lines', 'print one line of JSON per incident', false)
  .addHelpText(
    'after',
    notes({
      about: `A break prints the incident's number, the invariant, and the shrunken incident as a story file.
What the product does not keep yet is listed in incidents/known-broken.ts, and does not fail a run.`,
      examples: [
        ['npm run incidents -- --count 1000 --seed 7', 'run 1,000 incidents'],
        ['npm run incidents -- --seed 7 --from 42 --count 1', 'run the incident 42 of that seed alone'],
        ['npm run incidents -- --story FILE --full-account', 'confirm a story on the full account'],
      ],
      exitCodes: `Exit code 0: clean. 1: an invariant is broken, or a known break does not happen any more.
2: usage error. 130: Ctrl-C; prints what was found so far.`,
    }),
  )
  .action(async (options) => {
    const { incidents } = await import('./actions/incidents.ts');
    const exitCode = await incidents(options);
    if (exitCode !== 0) throw new ExitCode(exitCode);
  });
for (const option of program.options) if (option.long === '--lines') option.hideHelp();
process.exitCode = await runProgram(withOurErrors(program, []), process.argv.slice(2));
