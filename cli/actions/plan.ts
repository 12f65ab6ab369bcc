import type { KeptVerdict } from '../../domain/host/host-reports.ts';
import type { PlanReport } from '../../domain/plan/plan-report.ts';
import { type AccountOptions, type Connection, connect } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { readEvents, readHosts } from '../account/read-history.ts';
import { withAccount } from '../account/with-account.ts';
import { print, printFailure } from '../text/colour.ts';
import { plannedText } from '../text/planned-text.ts';
import { withProgress } from '../text/progress.ts';
import { askedPhases, knownStep, type PhaseOptions } from './asked-phases.ts';

type Options = AccountOptions & PhaseOptions & { readonly from?: string; readonly json?: boolean };

export async function plan({ phase, before, from, json = false, ...account }: Options): Promise<number> {
  const first = from === undefined ? {} : { from_step: await knownStep(from, { phase, before }) };
  const connection = await connect(account);
  return withAccount(connection, () => makePlan(connection, { phase, before }, first, json));
}

async function makePlan(
  connection: Connection,
  asked: PhaseOptions,
  first: { readonly from_step?: string },
  json: boolean,
): Promise<number> {
  const { machine, input } = askedPhases(asked);
  const executionArn = await startExecution(connection, machine, { ...input, ...first, mode: 'plan' });
  const id = executionArn.split(':').at(-1) ?? '';
  console.error(`Planning: ${executionArn}`);
  const ended = await withProgress('Planning', ({ stage }) => follow(connection, executionArn, stage));
  if (!ended) return 130;
  const planned = (await readEvents(connection, id)).find(({ type }) => type === 'Planned')?.detail;
  if (ended.status !== 'SUCCEEDED' || !planned) {
    printFailure(ended.cause ?? `No plan was made: execution ${executionArn} ended ${ended.status}.`);
    return 1;
  }
  const detail = planned as unknown as PlanReport;
  const hosts = await readHosts(connection, id);
  if (json) console.log(JSON.stringify({ rollback_id: id, ...detail, hosts: hosts.map(hostReport) }, null, 2));
  else print(plannedText(detail, hosts, id));
  return detail.unanswered + detail.failing === 0 ? 0 : 1;
}

const hostReport = ({ name, instance_id, step, verdict, reason, report }: KeptVerdict) => ({
  host: name,
  instance_id,
  step,
  verdict,
  reason,
  report,
});
