import { type Command, Option } from 'commander';
import { command, notes, run } from './command.ts';
import { accountOptions, jsonOption, phaseOption } from './options.ts';

export const health = (): Command =>
  accountOptions(
    command('health', 'look', "Run the customer's health check on every host, or read all files there")
      .addOption(phaseOption('the phase whose check runs, by default the first that has one'))
      .option('--quick', 'the quick check instead of the comprehensive one')
      .addOption(
        new Option(
          '--files',
          'instead read every tracked file, and compare it with the commit by content; takes minutes',
        ).conflicts(['quick', 'phase']),
      )
      .addOption(jsonOption("each host's result")),
  )
    .addHelpText(
      'after',
      lookNotes([
        ['rollback health --quick', 'the quick check on every host'],
        ['rollback health --files', 'does a file differ from its commit anywhere, also one that hides from git?'],
      ]),
    )
    .action(run(async () => (await import('../actions/look.ts')).health));

/** Returns the notes that `health` and `verify` have in common. */
export const lookNotes = (examples: readonly (readonly [string, string])[]): string =>
  notes({
    about:
      'Changes nothing, takes no lock, and may run at any time. A host whose check gives no result is INCONCLUSIVE.',
    examples,
    exitCodes: `Exit code 0: PASS on every host. 1: a host has FAIL or INCONCLUSIVE, or the check could not run.
2: usage error. 130: Ctrl-C; the check continues.`,
  });
