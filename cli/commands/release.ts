import type { Command } from 'commander';
import { command, notes, run } from './command.ts';
import { actingOptions, jsonOption } from './options.ts';

export const release = (): Command =>
  actingOptions(
    command('release', 'act', 'Release a fleet that a rollback still holds because it needs a person')
      .option('--operator <name>', 'your name (required)')
      .option('--reason <text>', 'why the fleet is safe now (required)')
      .option('--rollback <id>', 'release only if this rollback holds the fleet')
      .addOption(jsonOption('the fleet, and the rollback that held it,')),
  )
    .addHelpText(
      'after',
      notes({
        about: 'Starts the release state machine, as the console can with {"operator": …, "reason": …}.',
        examples: [['rollback release --operator ana --reason "host-2 repaired by hand" --rollback ID', '']],
        exitCodes: `Exit code 0: released. 1: refused; prints the reason. 2: usage error. 130: Ctrl-C; the release is still being
processed.`,
      }),
    )
    .action(run(async () => (await import('../actions/release.ts')).release));
