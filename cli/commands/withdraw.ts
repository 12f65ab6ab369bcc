import type { Command } from 'commander';
import { command, notes } from './command.ts';
import { aboutPhase, actingOptions, jsonOption, runAboutPhase } from './options.ts';
import { filledOption, required } from './values.ts';

export const withdraw = (): Command =>
  actingOptions(
    aboutPhase(
      command('withdraw', 'act', 'Take a wrong record of a deployment back: a typo, or a version that never arrived'),
      'the phase of the record',
    )
      .addOption(required(filledOption('--version <version>', 'the version of the wrong record, such as 1.4.0')))
      .option(
        '--deployed-at <instant>',
        'the instant of the record, as status shows it (default: the newest of the version)',
      )
      .option('--operator <name>', 'your name (required)')
      .option('--reason <text>', 'why the record is wrong (required)')
      .addOption(jsonOption('what was withdrawn')),
  )
    .addHelpText(
      'after',
      notes({
        about: `The record stays, marked as withdrawn, and the history says who did it and why. From then on no rollback goes back to it or to the
version before it because of it, it explains no alarm, and hosts are compared with the record before it. It changes no host: if the version
is on hosts, start a rollback instead. Refused for a deployment that a rollback undid. Starts the brakes state machine, as the console can
with {"action": "withdraw", "phase": …, "version": …, "operator": …, "reason": …}.`,
        examples: [['rollback withdraw --phase 1 --version 1.4.0 --operator ana --reason "typo: it is v1.4.0"', '']],
        exitCodes: `Exit code 0: withdrawn. 1: refused; prints the reason. 2: usage error. 130: Ctrl-C; the request is still being
processed.`,
      }),
    )
    .action(runAboutPhase(async () => (await import('../actions/withdraw.ts')).withdraw));
