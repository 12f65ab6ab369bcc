import { type Command, Option } from 'commander';
import { command, notes, run } from './command.ts';
import { actingOptions, jsonOption } from './options.ts';
import { required } from './values.ts';

/** `said`: makes an option of who asks and why. */
const about = (one: Command, json: string, said: (option: Option) => Option): Command =>
  actingOptions(
    one
      .option('--hosts <names...>', 'only these hosts, by name or instance id; without it: every host')
      .addOption(said(new Option('--operator <name>', 'your name')))
      .addOption(said(new Option('--reason <text>', 'why')))
      .addOption(jsonOption(json)),
  );

export const halt = (): Command =>
  about(
    command('halt', 'act', 'Halt trading: stop order flow and cancel open orders on every host'),
    'what each host confirmed,',
    (option) => option, // an emergency stop is never refused for its words
  )
    .addHelpText(
      'after',
      notes({
        about: `Runs the customer's script of the environment's file (trading.halt) on every host. Waits for no rollback, needs no history table, moves no
code. Hosts that do not confirm within 30 seconds are named, with the broker to call. Repeating the command is harmless.
The halt waits for no words: --operator and --reason may be left out, and a text that is too long or of several lines is cut and cleaned.`,
        examples: [
          ['rollback halt --operator ana --reason "orders without answers"', 'every host of the embedded account'],
          [
            'rollback halt --hosts host-2 host-7 --operator ana --reason "wrong prices" --environment production --yes',
            '',
          ],
        ],
        exitCodes: `Exit code 0: every host confirmed. 1: at least one did not; prints which, and why. 2: usage error.
130: Ctrl-C; the halt goes on.`,
      }),
    )
    .action(run(async () => (await import('../actions/trading.ts')).halt));

export const resume = (): Command =>
  about(
    command('resume', 'act', 'Look at the orders of halted hosts, and ask for trading to resume'),
    'orders, breaks and gaps per host, and what came of it,',
    required,
  )
    .option(
      '--despite <rollbacks...>',
      'you know that these rollbacks stopped half way, and have seen that the hosts are sound',
    )
    .addHelpText(
      'after',
      notes({
        about: `Shows open orders, unacknowledged orders, position breaks and sequence gaps per host. Refused while one of them is not what the environment
allows, or is not known, and while a rollback stopped half way that no other has finished. If the environment wants two people, each runs this command with credentials of their own, within 30 minutes.`,
        examples: [
          ['rollback resume --operator ana --reason "the broker has answered"', 'the second person runs the same'],
        ],
        exitCodes: `Exit code 0: trading resumed. 3: another person must ask. 1: refused; prints why. 2: usage error.
130: Ctrl-C; the request goes on.`,
      }),
    )
    .action(run(async () => (await import('../actions/trading.ts')).resume));
