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
  summary: 'Say what rolling a phase back would do now, and change nothing',
  get help() {
    return `rollback plan --phase N [--json]

  --phase N            the phase: ${phaseList()}
  --json               the plan, and what each host answered for each step, as JSON on standard output
${environmentHelp()}

Starts the phase's state machine with {"mode": "plan"}, as the console can. Every host is asked what each step would do
there. The fleet is not taken, no message is sent, no host or flag is changed; the plan stays as a record.
Exit code 0: planned, and every host answered for every step. 1: it was not planned, or not every host answered.
2: asked wrongly. 130: Ctrl-C; the plan is made all the same.`;
  },
  run: async (words) => {
    const { values } = options({
      args: words,
      options: { phase: { type: 'string' }, json: { type: 'boolean', default: false }, ...environmentOption },
    });
    const phase = knownPhase(values.phase);
    const account = connect(values.environment);
    try {
      return await planIt(account, phase, values.json);
    } catch (error) {
      throw accountError(error, account);
    }
  },
};

async function planIt(account: Connection, phase: number, json: boolean): Promise<number> {
  const executionArn = await startExecution(account, `phase-${phase}`, { mode: 'plan' });
  const id = executionArn.split(':').at(-1) ?? '';
  console.error(`Planning: ${executionArn}`);
  const ended = await follow(account, executionArn, () => {});
  if (!ended) return 130;
  const planned = (await readEvents(account, id)).find(({ type }) => type === 'Planned')?.detail;
  if (ended.status !== 'SUCCEEDED' || !planned) {
    console.error(ended.cause ?? `It was not planned: the execution ended ${ended.status}.`);
    return 1;
  }
  const detail = planned as unknown as PlanReport;
  const hosts = await readHosts(account, id);
  if (json) console.log(JSON.stringify({ rollback_id: id, ...detail, hosts: hosts.map(answer) }, null, 2));
  else console.log(plannedText(detail, hosts, id));
  return detail.unanswered + detail.failing === 0 ? 0 : 1;
}

const answer = ({ name, instance_id, step, verdict, reason, report }: KeptVerdict) => ({
  host: name,
  instance_id,
  step,
  verdict,
  reason,
  report,
});
