import type { KeptVerdict } from '../../domain/host/host-reports.ts';
import type { PlanReport } from '../../domain/plan/plan-report.ts';
import { accountError, type Connection, connect, environmentHelp, environmentOption } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { readEvents, readHosts } from '../account/read-history.ts';
import { plannedText } from '../text/planned-text.ts';
import type { Command } from './command.ts';
import { knownPhase, phaseList } from './known-phase.ts';
import { options } from './options.ts';

export const plan: Command = {
  summary: 'Show what rolling a phase back would do now; changes nothing',
  get help() {
    return `rollback plan --phase N [--json]

  --phase N            the phase: ${phaseList()}
  --json               the plan, and each host's report on each step, as JSON on standard output
${environmentHelp()}

Starts the phase's state machine with {"mode": "plan"}, as the console can. Every host reports what each step would do
there. Takes no fleet, sends no message, changes no host and no flag; the plan is stored as a record.
Exit code 0: planned; every step would work on every host. 1: no plan, or a host did not report, or a step would fail.
2: usage error. 130: Ctrl-C; the planning continues.`;
  },
  run: async (words) => {
    const { values } = options({
      args: words,
      options: { phase: { type: 'string' }, json: { type: 'boolean', default: false }, ...environmentOption },
    });
    const phase = knownPhase(values.phase);
    const connection = connect(values.environment);
    try {
      return await makePlan(connection, phase, values.json);
    } catch (error) {
      throw accountError(error, connection);
    }
  },
};

async function makePlan(connection: Connection, phase: number, json: boolean): Promise<number> {
  const executionArn = await startExecution(connection, `phase-${phase}`, { mode: 'plan' });
  const id = executionArn.split(':').at(-1) ?? '';
  console.error(`Planning: ${executionArn}`);
  const ended = await follow(connection, executionArn, () => {});
  if (!ended) return 130;
  const planned = (await readEvents(connection, id)).find(({ type }) => type === 'Planned')?.detail;
  if (ended.status !== 'SUCCEEDED' || !planned) {
    console.error(ended.cause ?? `No plan was made: execution ${executionArn} ended ${ended.status}.`);
    return 1;
  }
  const detail = planned as unknown as PlanReport;
  const hosts = await readHosts(connection, id);
  if (json) console.log(JSON.stringify({ rollback_id: id, ...detail, hosts: hosts.map(hostReport) }, null, 2));
  else console.log(plannedText(detail, hosts, id));
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
