import type { Command } from 'commander';
import { severities } from '../../domain/severity.ts';
import { command, notes } from './command.ts';
import { aboutPhases, actingOptions, jsonOption, runAboutPhase } from './options.ts';
import { choice } from './values.ts';

export const start = (): Command =>
  actingOptions(
    aboutPhases(
      command('start', 'act', "Roll a phase back now (the procedure's master script)"),
      'the phase to roll back',
    )
      .addOption(
        choice('--severity <severity>', `${severities.join(', ')} (default: HIGH)`, {
          values: () => severities.map((value) => ({ value })),
        }),
      )
      .option('--operator <name>', 'your name')
      .option('--reason <text>', 'why you roll back')
      .option('--since <instant>', 'take rows since this instant, ISO 8601 UTC (default: since the deployment)')
      .option('--only-hosts <names>', 'roll back these hosts only, with commas between (default: the whole fleet)')
      .option('--from <step>', 'begin at this step, by its heading or id; needs a reason (default: the first step)')
      .option('--no-wait', 'return once the rollback is opened or refused, after 10 s at the latest')
      .addOption(jsonOption('the record')),
  )
    .addHelpText(
      'after',
      notes({
        about: `Starts the same state machine as the console does. The rollback asks no question: starting it is the decision.
If a rollback of the phase already waits for an answer, this start answers it with \`rollback\`.
With --before, every phase from the latest down to the given one is rolled back: the latest first, in one rollback with one
record. It waits for a live rollback of one of these phases, and then does what is left. It takes no --only-hosts.
--since needs a reason, because it decides which rows are taken away.
With --from, the steps before that one are not run. What an earlier rollback of the incident did counts; a step that
nobody did is left out, and the rollback then ends unverified at best. \`plan\` with --from shows which.
Ctrl-C stops following; the rollback continues.`,
        examples: [
          ['rollback start 1', 'on the embedded account'],
          ['rollback start --phase 1 --environment production --operator ana --reason "bad fills"', ''],
          ['rollback start --before 3 --operator ana --reason "bad release"', 'the latest phase, then down to phase 3'],
          ['rollback start 1 --from "Restore previous version" --operator ana --reason "cache cleared by r-1"', ''],
          ['rollback start --phase 1 --since 2026-03-02T08:55:00Z --reason "first corrupt row"', ''],
        ],
        exitCodes: `Exit code 0: rolled back, or joined an active rollback. 1: any other ending, or refused by the opening. 2: refused before anything was
started. 130: Ctrl-C; the rollback continues.`,
      }),
    )
    .action(runAboutPhase(async () => (await import('../actions/start.ts')).start));
