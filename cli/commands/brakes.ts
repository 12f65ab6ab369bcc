import type { Command } from 'commander';
import { command, notes, run } from './command.ts';
import { actingOptions, jsonOption, phaseOption } from './options.ts';

const exitCodes = (done: string) =>
  `Exit code 0: ${done}. 1: refused; prints the reason. 2: usage error. 130: Ctrl-C; the request is still being processed.`;

export const pause = (): Command =>
  actingOptions(
    command('pause', 'act', 'Pause what begins by itself: alarms ask a permit until it is unpaused')
      .addOption(phaseOption('pause this phase only; without it, every phase'))
      .option('--operator <name>', 'your name (required)')
      .option('--reason <text>', 'why automation must not act (required)')
      .addOption(jsonOption('the pause')),
  )
    .addHelpText(
      'after',
      notes({
        about: `A rollback that runs goes on, and a named person can still start one. Starts the brakes state machine, as the console can
with {"action": "pause", "operator": …, "reason": …}.`,
        examples: [
          ['rollback pause --operator ana --reason "exchange test"', ''],
          ['rollback pause --phase 2 --operator ana --reason "manual repair"', ''],
        ],
        exitCodes: exitCodes('paused'),
      }),
    )
    .action(run(async () => (await import('../actions/brakes.ts')).pause));

export const unpause = (): Command =>
  actingOptions(
    command('unpause', 'act', 'End a pause: alarms roll back by themselves again')
      .addOption(phaseOption("end this phase's own pause; without it, the pause of every phase"))
      .option('--operator <name>', 'your name (required)')
      .option('--reason <text>', 'why automation may act again (required)')
      .addOption(jsonOption('the end of the pause')),
  )
    .addHelpText(
      'after',
      notes({
        about: `A phase acts by itself if neither it nor every phase is paused. A question that is open stays open. Starts the brakes
state machine, as the console can with {"action": "unpause", "operator": …, "reason": …}.`,
        examples: [['rollback unpause --operator ana --reason "test is over"', '']],
        exitCodes: exitCodes('the pause is over'),
      }),
    )
    .action(run(async () => (await import('../actions/brakes.ts')).unpause));

export const arm = (): Command =>
  actingOptions(
    command('arm', 'act', "Reset a phase's budget of automatic rollbacks, and nothing else")
      .addOption(phaseOption('the phase (required)'))
      .option('--operator <name>', 'your name (required)')
      .option('--reason <text>', 'why it may roll back by itself again (required)')
      .addOption(jsonOption('the reset')),
  )
    .addHelpText(
      'after',
      notes({
        about: `The budget then counts only rollbacks that start later. A cool-down and a pause still hold. Starts the brakes state
machine, as the console can with {"action": "arm", "phase": …, "operator": …, "reason": …}.`,
        examples: [['rollback arm --phase 2 --operator ana --reason "cause found and removed"', '']],
        exitCodes: exitCodes('the budget was reset'),
      }),
    )
    .action(run(async () => (await import('../actions/brakes.ts')).arm));
