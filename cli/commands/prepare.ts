import type { Command } from 'commander';
import { command, notes } from './command.ts';
import { aboutPhase, actingOptions, jsonOption, runAboutPhase } from './options.ts';
import { filledOption, required } from './values.ts';

export const prepare = (): Command =>
  actingOptions(
    aboutPhase(
      command('prepare', 'act', 'Prepare every host for a deployment: tag what runs, copy databases and configuration'),
      'the phase that will be deployed',
    )
      .addOption(required(filledOption('--version <version>', 'the version that will be deployed, such as v1.5.0')))
      .option('--operator <name>', 'your name')
      .addOption(jsonOption('what was prepared, with hashes, and the result per host')),
  )
    .addHelpText(
      'after',
      notes({
        about: `Run it before the deployment. Every host must be at the same commit, which gets the tag rollback/phase-N/before-VERSION. The databases
are copied while they are written, and the copies are opened and checked. Takes no lock: if a rollback begins, it goes first, and the
preparation stops. Repeating the command is harmless: it does what is missing. Refused while deployments are frozen. Starts the
prepare-deployment state machine.`,
        examples: [
          ['rollback prepare --phase 1 --version v1.5.0', 'on the embedded account'],
          ['rollback prepare --phase 1 --version v1.5.0 --environment production --yes', 'in a pipeline'],
        ],
        exitCodes: `Exit code 0: every host is prepared. 1: at least one is not; prints which, and why. 2: usage error.
130: Ctrl-C; the hosts are still being prepared.`,
      }),
    )
    .action(runAboutPhase(async () => (await import('../actions/prepare.ts')).prepare));
