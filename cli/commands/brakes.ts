import type { Command } from 'commander';
import { command, notes, run } from './command.ts';
import { actingOptions, jsonOption, phaseOption } from './options.ts';
import { filledOption, required } from './values.ts';

const exitCodes = (done: string) =>
  `Exit code 0: ${done}. 1: refused; prints the reason. 2: usage error. 130: Ctrl-C; the request is still being processed.`;

export const pause = (): Command =>
  actingOptions(
    command('pause', 'act', 'Pause what begins by itself: alarms ask a permit until it is unpaused')
      .addOption(phaseOption('pause this phase only; without it, every phase'))
      .option('--now', 'also stop the rollbacks that run, each before its next step')
      .option('--operator <name>', 'your name (required)')
      .option('--reason <text>', 'why automation must not act (required)')
      .addOption(jsonOption('the pause')),
  )
    .addHelpText(
      'after',
      notes({
        about: `A rollback that runs goes on, and a named person can still start one. With --now it stops before its next step, and ends Needs
a person: its hosts may be half rolled back. It can also follow a pause without --now. Starts the brakes state machine, as the console can
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

export const freeze = (): Command =>
  actingOptions(
    command('freeze', 'act', 'Freeze deployments: one that is recorded all the same exits 1 and pages')
      .addOption(phaseOption('freeze this phase only; without it, every phase'))
      .option('--operator <name>', 'your name (required)')
      .option('--reason <text>', 'why nothing may be deployed (required)')
      .addOption(jsonOption('the freeze')),
  )
    .addHelpText(
      'after',
      notes({
        about: `A freeze stops no rollback. deployed always records what happened: it marks the deployment, exits with 1 and pages.
Starts the brakes state machine, as the console can with {"action": "freeze", "operator": …, "reason": …}.`,
        examples: [['rollback freeze --operator ana --reason "end of quarter"', '']],
        exitCodes: exitCodes('frozen'),
      }),
    )
    .action(run(async () => (await import('../actions/brakes.ts')).freeze));

export const unfreeze = (): Command =>
  actingOptions(
    command('unfreeze', 'act', 'End a freeze of deployments')
      .addOption(phaseOption("end this phase's own freeze; without it, the freeze of every phase"))
      .option('--operator <name>', 'your name (required)')
      .option('--reason <text>', 'why deployments may go on (required)')
      .addOption(jsonOption('the end of the freeze')),
  )
    .addHelpText(
      'after',
      notes({
        about: `A phase may be deployed if neither it nor every phase is frozen. Starts the brakes state machine, as the console can
with {"action": "unfreeze", "operator": …, "reason": …}.`,
        examples: [['rollback unfreeze --operator ana --reason "quarter is closed"', '']],
        exitCodes: exitCodes('the freeze is over'),
      }),
    )
    .action(run(async () => (await import('../actions/brakes.ts')).unfreeze));

const version = (what: string) => required(filledOption('--version <version>', what));

export const block = (): Command =>
  actingOptions(
    command('block', 'act', 'Block a version: no rollback restores it')
      .addOption(version('the version that no rollback may restore, such as pre-phase1-stable'))
      .addOption(phaseOption('block it for this phase only; without it, for every phase'))
      .option('--operator <name>', 'your name (required)')
      .option('--reason <text>', 'why it may not be restored (required)')
      .addOption(jsonOption('the block')),
  )
    .addHelpText(
      'after',
      notes({
        about: `A rollback restores the version that the last deployment replaced, else the tag that its runbook names; plan prints which. Block
that name: another name of the same commit stops nothing. A rollback that would restore it then ends Needs a person, whoever started or permitted it. One that runs stops before its
next step, if the version is not restored yet. Starts the brakes state machine, as the console can with
{"action": "block", "version": …, "operator": …, "reason": …}.`,
        examples: [
          ['rollback block --version pre-phase1-stable --operator ana --reason "loses orders at midnight"', ''],
        ],
        exitCodes: exitCodes('blocked'),
      }),
    )
    .action(run(async () => (await import('../actions/brakes.ts')).block));

export const unblock = (): Command =>
  actingOptions(
    command('unblock', 'act', 'Unblock a version: rollbacks may restore it again')
      .addOption(version('the version, such as pre-phase1-stable'))
      .addOption(phaseOption("end the block of this phase; without it, the version's block for every phase"))
      .option('--operator <name>', 'your name (required)')
      .option('--reason <text>', 'why it may be restored again (required)')
      .addOption(jsonOption('the end of the block')),
  )
    .addHelpText(
      'after',
      notes({
        about: `Starts no rollback: if a phase still needs one, start it. Starts the brakes state machine, as the console can with
{"action": "unblock", "version": …, "operator": …, "reason": …}.`,
        examples: [
          [
            'rollback unblock --version pre-phase1-stable --phase 1 --operator ana --reason "the network was the cause"',
            '',
          ],
        ],
        exitCodes: exitCodes('unblocked'),
      }),
    )
    .action(run(async () => (await import('../actions/brakes.ts')).unblock));
