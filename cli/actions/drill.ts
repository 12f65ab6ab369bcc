import { parseRollbackRequest } from '../../domain/decision/rollback-request.ts';
import type { RollbackEvent } from '../../domain/history/event.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { PlanReport } from '../../domain/plan/plan-report.ts';
import { type AccountOptions, type Connection, connect } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { readEvents, readRecord } from '../account/read-history.ts';
import { withAccount } from '../account/with-account.ts';
import { print, printFailure } from '../text/colour.ts';
import { drillText } from '../text/drill-text.ts';
import { withProgress } from '../text/progress.ts';
import { refuseEarly } from './refuse-early.ts';

type Options = AccountOptions & {
  readonly phase: number;
  readonly trigger?: string;
  readonly operator?: string;
  readonly reason?: string;
  readonly people?: true;
  readonly json?: boolean;
};

export async function drill({ phase, trigger, operator, reason, people, json = false, ...account }: Options) {
  const input = { mode: 'simulate', trigger, operator, reason, people };
  refuseEarly((found) => parseRollbackRequest(found), input, 'operator', 'reason');
  const connection = await connect(account);
  return withAccount(connection, () => hold(connection, phase, input, json));
}

async function hold(connection: Connection, phase: number, input: object, json: boolean): Promise<number> {
  const executionArn = await startExecution(connection, `phase-${phase}`, input);
  const id = executionArn.split(':').at(-1) ?? '';
  console.error(`DRILL: ${executionArn}`);
  const ended = await withProgress('DRILL', ({ stage }) => follow(connection, executionArn, stage));
  if (!ended) {
    console.error(`Stopped waiting; the drill continues: ${executionArn}`);
    return 130;
  }
  const record = await readRecord(connection, id);
  if (!record) {
    printFailure(ended.cause ?? `No drill was held: execution ${executionArn} ended ${ended.status}.`);
    return 1;
  }
  const events = await readEvents(connection, id);
  if (json) console.log(JSON.stringify(resultOf(record, events), null, 2));
  else print(drillText(record, planIn(events)));
  return record.ending === 'Drill passed' ? 0 : 1;
}

const planIn = (events: readonly RollbackEvent[]) =>
  events.find(({ type }) => type === 'Planned')?.detail as unknown as PlanReport | undefined;

const resultOf = (record: RollbackRecord, events: readonly RollbackEvent[]) => {
  const { rollback_id, phase, trigger, severity, ending, problem, start_time, completion_time, questions } = record;
  return {
    ...{ drill_id: rollback_id, phase, trigger, severity, ending, problem, start_time, completion_time, questions },
    plan: planIn(events) ?? null,
  };
};
