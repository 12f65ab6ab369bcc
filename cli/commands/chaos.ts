import type { Command } from 'commander';
import { chaosFaults, chaosSeconds } from '../../domain/chaos.ts';
import { command, notes, run } from './command.ts';
import { actingOptions, jsonOption, phaseOption } from './options.ts';
import { choice, numberOption } from './values.ts';

const faults = {
  values: () => Object.entries(chaosFaults).map(([value, about]) => ({ value, about })),
};

export const chaos = (): Command =>
  actingOptions(
    command('chaos', 'act', 'Put a fault on one host of a staging environment for a time, or take all faults away')
      .requiredOption('--host <name>', 'the name or instance id of the host')
      .addOption(choice('--fault <name>', 'the fault to begin', faults))
      .option('--end', 'take every fault of this host away now')
      .addOption(
        numberOption('--seconds <number>', 'so long the fault lasts (default: 300)', [
          chaosSeconds.least,
          chaosSeconds.most,
        ]),
      )
      .addOption(phaseOption('the phase whose target tag is lost, or whose first database is locked (default: 1)'))
      .addOption(jsonOption("the host's report")),
  )
    .addHelpText(
      'after',
      notes({
        about: `Works only where the environment's file has chaos: the document and the policy rollback-ENV-chaos exist nowhere else, and IAM
denies it to everybody without that policy. A fault ends by itself, and with --end at once. To see what a rollback makes of
it, start or drill one meanwhile.`,
        examples: [
          ['rollback chaos --host host-2 --fault lose-tag --seconds 600 --environment staging', 'for ten minutes'],
          ['rollback chaos --host host-2 --end --environment staging', 'as it was, at once'],
        ],
        exitCodes: `Exit code 0: the fault has begun, or all have ended. 1: the host refused or did not answer. 2: usage error.
130: Ctrl-C; the command continues on the host.`,
      }),
    )
    .action(run(async () => (await import('../actions/chaos.ts')).chaos));
