import { type Command, Option } from 'commander';
import { triggers } from '../../domain/trigger.ts';
import { command, notes } from './command.ts';
import { aboutPhase, accountOptions, jsonOption, runAboutPhase } from './options.ts';
import { choice } from './values.ts';

export const drill = (): Command =>
  accountOptions(
    aboutPhase(
      command('drill', 'look', 'Drill a rollback on the real hosts: judges what each step would do; changes nothing'),
      'the phase to drill',
    )
      .addOption(
        choice('--trigger <trigger>', 'the trigger whose severity and limit count (default: none, HIGH)', {
          values: () => triggers.map((value) => ({ value })),
        }),
      )
      .option('--operator <name>', 'your name')
      .option('--reason <text>', 'why you drill')
      .addOption(new Option('--people', 'also ask people, as a real rollback does, and measure who answers when'))
      .addOption(jsonOption('the drill: ending, problem, plan, answers')),
  )
    .addHelpText(
      'after',
      notes({
        about: `Starts the phase's state machine with {"mode": "simulate"}, as the console can. Every host runs the documents of a real rollback in
the mode in which they only read. Takes no lock, writes no flag. Every message begins with DRILL. It stops at once if a real
rollback begins, and is refused while one is open.`,
        examples: [
          ['rollback drill 1', 'on the embedded account'],
          [
            'rollback drill --phase 4 --trigger security_issue --environment production',
            'held to the limit of a CRITICAL',
          ],
          [
            'rollback drill 2 --people --operator ana --reason "game day"',
            'also asks people, and measures their answers',
          ],
        ],
        exitCodes: `Exit code 0: the drill passed. 1: it failed, yielded or was refused. 2: usage error. 130: Ctrl-C; the drill
continues.`,
      }),
    )
    .action(runAboutPhase(async () => (await import('../actions/drill.ts')).drill));
