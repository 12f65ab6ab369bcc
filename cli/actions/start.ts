import { parseRollbackRequest } from '../../domain/decision/rollback-request.ts';
import { type OfPhases, phaseNumbers, phaseWords } from '../../domain/phases.ts';
import type { Connection } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { readRecord } from '../account/read-history.ts';
import { openingSeconds, seeOpening } from '../account/see-opening.ts';
import { UsageError } from '../account/usage-error.ts';
import { print, printFailure } from '../text/colour.ts';
import { showCommand } from '../text/commands-to-paste.ts';
import { namesIn } from '../text/given-answer.ts';
import { nextStep } from '../text/next-step.ts';
import { otherRollback } from '../text/other-rollback.ts';
import { withProgress } from '../text/progress.ts';
import { recordText } from '../text/record-text.ts';
import { type ActingOptions, actingOn } from './acting-on.ts';
import { askedPhases, knownStep, type PhaseOptions } from './asked-phases.ts';

type Options = ActingOptions &
  PhaseOptions & {
    readonly severity?: string;
    readonly operator?: string;
    readonly reason?: string;
    readonly since?: string;
    /** Names with commas between. */
    readonly onlyHosts?: string;
    /** A step's heading or id. */
    readonly from?: string;
    readonly wait: boolean;
    readonly json?: boolean;
  };

export async function start(options: Options): Promise<number> {
  const { phase, before, severity, operator, reason, since, onlyHosts, from, wait, json = false, ...account } = options;
  const only = onlyHosts === undefined ? {} : { only_hosts: namesIn(onlyHosts) };
  const first = from === undefined ? {} : { from_step: await knownStep(from, { phase, before }) };
  const input = { severity, operator, reason, since, ...only, ...first };
  const { phases, machine, input: chosen } = askedPhases({ phase, before });
  refuseHosts(options, phases);
  refuseEarly(input);
  return actingOn(
    account,
    `roll back ${phaseWords(phases)}${onlyHosts === undefined ? '' : ` on ${onlyHosts}`}${from === undefined ? '' : ` from ${first.from_step} on`}, severity ${severity ?? 'HIGH'}${since ? `, rows since ${since}` : ''}`,
    async (connection) => {
      const executionArn = await startExecution(connection, machine, { ...chosen, ...input });
      return followStarted(connection, executionArn, { json, wait, phases });
    },
  );
}

/** Follows a rollback to its end unless it must not wait, and prints its record. Returns the exit code. */
async function followStarted(
  connection: Connection,
  executionArn: string,
  { json, wait, phases }: { readonly json: boolean; readonly wait: boolean; readonly phases: OfPhases },
): Promise<number> {
  const id = executionArn.split(':').at(-1) ?? '';
  const printReference = (sentence: string) =>
    console.log(
      json
        ? JSON.stringify({ rollback_id: id, execution_arn: executionArn })
        : `${sentence}\n  ${showCommand(id, connection.name)}`,
    );
  const say = json ? console.error : print;
  say(`Started ${executionArn}`);
  for (const line of await otherRollback(connection, phases, id)) say(line);
  if (!wait) return leaveOpened(connection, executionArn, printReference);
  const ended = await withProgress('Rolling back', ({ above }) =>
    follow(connection, executionArn, (line) => above(line, say)),
  );
  if (!ended) {
    printReference('Stopped following; the rollback continues. Read it:');
    return 130;
  }
  const record = await readRecord(connection, id);
  if (!record) printFailure(ended.cause ?? `No record of rollback ${id}: its execution ended ${ended.status}.`);
  else if (json) console.log(JSON.stringify(record, null, 2));
  else print(['', recordText(record), ...(await nextStep(connection, record))].join('\n'));
  return ended.status === 'SUCCEEDED' ? 0 : 1;
}

/** Returns the exit code of a start that is not followed, once the opening has accepted or refused it. */
async function leaveOpened(
  connection: Connection,
  executionArn: string,
  printReference: (sentence: string) => void,
): Promise<number> {
  const opening = await seeOpening(connection, executionArn);
  if (opening.state === 'ended' && opening.status !== 'SUCCEEDED') {
    printFailure(opening.cause ?? `The rollback was not opened: its execution ended ${opening.status}.`);
    return 1;
  }
  printReference(
    opening.state === 'unknown'
      ? `Not opened within ${openingSeconds} s, so it may still be refused. Read whether it was:`
      : 'Read the rollback:',
  );
  return 0;
}

/** Refuses a few hosts for several phases, as the machine does too. */
function refuseHosts({ before, onlyHosts }: Options, phases: OfPhases): void {
  if (before === undefined || onlyHosts === undefined) return;
  throw new UsageError(
    `--only-hosts belongs to the rollback of one phase; --before ${before} rolls back the whole fleet. Leave it out, or start each phase by itself, the latest first: ${phaseNumbers(phases)}. Nothing was changed.`,
  );
}

/** The option that gives a field of the machine's input. */
const optionOf: Readonly<Record<string, string>> = {
  since: '--since',
  only_hosts: '--only-hosts',
  from_step: '--from',
};

/** Refuses an input that the machine would refuse too, without the cost of an execution. */
function refuseEarly(input: Record<string, unknown>): void {
  try {
    parseRollbackRequest(input);
  } catch (error) {
    throw new UsageError(
      (error as Error).message.replace(/^(since|only_hosts|from_step)\b/, (field) => optionOf[field] ?? field),
    );
  }
}
