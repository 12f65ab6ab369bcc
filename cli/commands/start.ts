import { parseRollbackRequest } from '../../domain/decision/rollback-request.ts';
import { accountError, type Connection, connect, environmentHelp, environmentOption } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { readRecord } from '../account/read-history.ts';
import { UsageError } from '../account/usage-error.ts';
import { showCommand } from '../text/commands-to-paste.ts';
import { nextStep } from '../text/next-step.ts';
import { recordText } from '../text/record-text.ts';
import type { Command } from './command.ts';
import { knownPhase, phaseList } from './known-phase.ts';
import { options } from './options.ts';

export const start: Command = {
  summary: "Roll a phase back now (the procedure's master script)",
  get help() {
    return `rollback start --phase N [--severity S] [--operator NAME] [--reason TEXT] [--no-wait] [--json]

  --phase N            the phase to roll back: ${phaseList()}
  --severity S         CRITICAL, HIGH, MEDIUM or LOW (default HIGH)
  --operator NAME      your name
  --reason TEXT        why you roll back
  --no-wait            return as soon as the rollback is started
  --json               the record as JSON on standard output
${environmentHelp()}

Starts the same state machine as the console does. Asks no question: starting a rollback is the decision.
If a rollback of the phase already waits for an answer, this start answers it with \`rollback\`.
Ctrl-C stops following; the rollback continues.
Exit code 0: rolled back, or joined an active rollback. 1: any other ending. 2: refused before anything was started.
130: Ctrl-C; the rollback continues.`;
  },
  run: async (words) => {
    const { values } = options({
      args: words,
      options: {
        phase: { type: 'string' },
        severity: { type: 'string' },
        operator: { type: 'string' },
        reason: { type: 'string' },
        'no-wait': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        ...environmentOption,
      },
    });
    const phase = knownPhase(values.phase);
    const input = Object.fromEntries(
      Object.entries({ severity: values.severity, operator: values.operator, reason: values.reason }).filter(
        ([, value]) => value !== undefined,
      ),
    );
    refuseEarly(input);
    const connection = connect(values.environment);
    try {
      const executionArn = await startExecution(connection, `phase-${phase}`, input);
      return await followStarted(connection, executionArn, { json: values.json, wait: !values['no-wait'] });
    } catch (error) {
      throw accountError(error, connection);
    }
  },
};

/** Follows a rollback to its end unless it must not wait, and prints its record. Returns the exit code. */
async function followStarted(
  connection: Connection,
  executionArn: string,
  { json, wait }: { readonly json: boolean; readonly wait: boolean },
): Promise<number> {
  const id = executionArn.split(':').at(-1) ?? '';
  const printReference = (sentence: string) =>
    console.log(
      json
        ? JSON.stringify({ rollback_id: id, execution_arn: executionArn })
        : `${sentence}\n  ${showCommand(id, connection.name)}`,
    );
  const print = json ? console.error : console.log;
  print(`Started ${executionArn}`);
  if (!wait) {
    printReference('Read the rollback:');
    return 0;
  }
  const ended = await follow(connection, executionArn, print);
  if (!ended) {
    printReference('Stopped following; the rollback continues. Read it:');
    return 130;
  }
  const record = await readRecord(connection, id);
  if (!record) console.error(ended.cause ?? `No record of rollback ${id}: its execution ended ${ended.status}.`);
  else if (json) console.log(JSON.stringify(record, null, 2));
  else console.log(['', recordText(record), ...(await nextStep(connection, record))].join('\n'));
  return ended.status === 'SUCCEEDED' ? 0 : 1;
}

/** Refuses an input that the machine would refuse too, without the cost of an execution. */
function refuseEarly(input: Record<string, unknown>): void {
  try {
    parseRollbackRequest(input);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
