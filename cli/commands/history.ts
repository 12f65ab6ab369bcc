import { type Command, Option } from 'commander';
import { endings } from '../../domain/ending.ts';
import { severities } from '../../domain/severity.ts';
import { triggers } from '../../domain/trigger.ts';
import { UsageError } from '../account/usage-error.ts';
import { phases, rollbackModes } from '../text/known-names.ts';
import { command, notes, run } from './command.ts';
import { accountOptions, jsonOption } from './options.ts';
import { choice, numberOption } from './values.ts';

export const history = (): Command =>
  accountOptions(
    pageOptions(filterOptions(command('history', 'look', 'List rollbacks, newest first, by any of their properties'))),
  )
    .addHelpText(
      'after',
      notes({
        about: `Reads one index of the history table, at most 1 MB for a page, however many rollbacks there are. Each environment has a
table of its own. A bare day in --to is included; times are UTC. docs/audit.md answers an auditor's questions.`,
        examples: [
          ['rollback history --phase 2 --last 90d', ''],
          ['rollback history --from 2026-11-01 --to 2026-11-30 --ending "Needs a person"', ''],
          ['rollback history --host i-0123456789abcdef0 --csv > host.csv', ''],
          ['rollback history --severity CRITICAL --without-cause', 'rollbacks that nobody has explained yet'],
        ],
        exitCodes: `Exit code 0: the page was read; it may be empty, and then names a known value that is near. 1: the index could not be read. 2: usage error, or a page token
that has expired or belongs to another list.`,
      }),
    )
    .action(run(async () => (await import('../actions/history.ts')).history));

const known = (values: readonly string[]) => ({ values: () => values.map((value) => ({ value })) });

const filterOptions = (to: Command): Command =>
  to
    .optionsGroup('Filters:')
    .addOption(phase())
    .addOption(choice('--trigger <name>', 'what started it', known([...triggers, 'manual'])))
    .addOption(choice('--severity <level>', severities.join(', '), known(severities)))
    .addOption(choice('--ending <words>', 'in the words of docs/runbook.md, such as "Rolled back"', known(endings)))
    .addOption(text('--operator <name>', 'the person who started it, by their own word'))
    .addOption(text('--principal <arn>', 'the principal that CloudTrail saw start it'))
    .addOption(text('--host <instance-id>', 'a host that took part'))
    .addOption(text('--version <name>', 'the version that was rolled back'))
    .addOption(choice('--mode <mode>', 'live (default), plan, or simulate for drills', rollbackModes))
    .option('--with-cause', 'only those with a root cause')
    .option('--without-cause', 'only those without a root cause')
    .option('--from <date>', 'started on or after 2026-11-01 or 2026-11-01T09:30Z')
    .option('--to <date>', 'started on or before 2026-11-30, or before 2026-11-30T09:30Z')
    .option('--last <span>', 'started in the last 90d, 12h, 30m or 2w');

const pageOptions = (to: Command): Command =>
  to
    .optionsGroup('Output:')
    .addOption(numberOption('--limit <number>', 'rollbacks per page, up to 200', [1, 200]).default(20))
    .option('--page <token>', 'the next page: the token that the page before printed')
    .addOption(jsonOption('every field'))
    .option('--csv', 'every field as CSV (RFC 4180) on standard output');

/** A phase may have lost its runbook since, so any number is accepted. */
const phase = (): Option =>
  choice('--phase <number>', 'the phase that was rolled back', phases).argParser((found: string) => {
    if (/^[1-9]\d{0,3}$/.test(found)) return Number(found);
    throw new UsageError(`--phase takes the number of a phase, such as 2; found "${found}".`);
  });

/** DynamoDB takes no longer key, so no index has a longer value. */
const mostBytes = 2048;

const text = (flags: string, about: string): Option => {
  const option = new Option(flags, about);
  return option.argParser((found: string) => {
    if (found !== '' && Buffer.byteLength(found) <= mostBytes) return found;
    throw new UsageError(
      `--${option.name()} takes a text of 1 to ${mostBytes} bytes; found ${Buffer.byteLength(found)}.`,
    );
  });
};
