import { parseRollbackRequest } from '../../domain/decision/rollback-request.ts';
import { accountError, connect, environmentHelp, environmentOption } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { readRecord } from '../account/read-history.ts';
import { nextStep } from '../text/next-step.ts';
import { recordText } from '../text/record-text.ts';
import { type Command, UsageError } from './command.ts';
import { knownPhase, phaseList } from './known-phase.ts';
import { options } from './options.ts';

export const start: Command = {
  summary: "Roll a phase back now (the procedure's master script)",
  get help() {
    return `rollback start --phase N [--severity S] [--operator NAME] [--reason TEXT] [--no-wait] [--json]

  --phase N            the phase to roll back: ${phaseList()}
  --severity S         CRITICAL, HIGH, MEDIUM or LOW (default HIGH)
  --operator NAME      who starts it; --reason TEXT why
  --no-wait            answer as soon as it is started
  --json               the record as JSON on standard output
${environmentHelp()}

Starts the same state machine as the console does, and asks nothing: who starts it has decided. If the phase's rollback
waits for an answer already, this is the answer \`rollback\`. Ctrl-C stops following, not the rollback.
Exit code 0: rolled back, or it joined one that runs. 1: it ended otherwise. 2: refused before anything was started. 130: Ctrl-C; it goes on.`;
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
    const account = connect(values.environment);
    const say = values.json ? console.error : console.log;
    try {
      const executionArn = await startExecution(account, `phase-${phase}`, input);
      const id = executionArn.split(':').at(-1) ?? '';
      say(`Started ${executionArn}`);
      if (values['no-wait'])
        return done(
          values.json,
          { rollback_id: id, execution_arn: executionArn },
          `Read it with \`npm run rollback -- show ${id}\`.`,
        );
      const ended = await follow(account, executionArn, say);
      if (!ended) {
        done(
          values.json,
          { rollback_id: id, execution_arn: executionArn },
          `The rollback goes on. Read it with \`npm run rollback -- show ${id}\`.`,
        );
        return 130;
      }
      const record = await readRecord(account, id);
      if (!record) console.error(ended.cause ?? `No record of ${id}: the execution ended ${ended.status}.`);
      else if (values.json) console.log(JSON.stringify(record, null, 2));
      else console.log(['', recordText(record), ...(await nextStep(account, record))].join('\n'));
      return ended.status === 'SUCCEEDED' ? 0 : 1;
    } catch (error) {
      throw accountError(error, account);
    }
  },
};

/** The machine would refuse it too; here it costs no execution. */
function refuseEarly(input: Record<string, unknown>): void {
  try {
    parseRollbackRequest(input);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function done(json: boolean, answer: unknown, sentence: string): number {
  if (json) console.log(JSON.stringify(answer));
  else console.log(sentence);
  return 0;
}
