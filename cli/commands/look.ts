import { type HostCheck, type HostCheckResult, hostCheckVerdict } from '../../domain/host/host-check.ts';
import type { KeptVerdict } from '../../domain/host/host-reports.ts';
import { accountError, connect, environmentHelp, environmentOption } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { readHosts } from '../account/read-history.ts';
import { lookText } from '../text/look-text.ts';
import type { Command } from './command.ts';
import { knownPhase, phaseList } from './known-phase.ts';
import { options } from './options.ts';

export const health: Command = {
  summary: "Run the customer's health check on every host",
  get help() {
    return helpOf(`rollback health [--phase N] [--quick] [--json]

  --phase N            the phase whose check runs (default: the first that has one)
                       ${phaseList()}
  --quick              the quick check instead of the comprehensive one`);
  },
  run: async (words) => {
    const { values } = options({
      args: words,
      options: { phase: { type: 'string' }, quick: { type: 'boolean', default: false }, ...lookOptions },
    });
    const { phase, quick } = values;
    return look('health', { quick, ...(phase === undefined ? {} : { phase: knownPhase(phase) }) }, values);
  },
};

export const verify: Command = {
  summary: "Run the customer's verification on every host: is a phase rolled back?",
  get help() {
    return helpOf(`rollback verify --phase N [--json]

  --phase N            the phase: ${phaseList()}`);
  },
  run: async (words) => {
    const { values } = options({ args: words, options: { phase: { type: 'string' }, ...lookOptions } });
    return look('verify', { phase: knownPhase(values.phase) }, values);
  },
};

const lookOptions = { json: { type: 'boolean', default: false }, ...environmentOption } as const;

const helpOf = (usage: string) => `${usage}
  --json               each host's result as JSON on standard output
${environmentHelp()}

Changes nothing, takes no lock, and may run at any time. A host whose check gives no result is INCONCLUSIVE.
Exit code 0: PASS on every host. 1: a host has FAIL or INCONCLUSIVE, or the check could not run. 2: usage error.
130: Ctrl-C; the check continues.`;

type Output = { readonly json: boolean; readonly environment: string };

async function look(check: HostCheck, input: object, { json, environment }: Output): Promise<number> {
  const connection = connect(environment);
  try {
    const executionArn = await startExecution(connection, 'look', { check, ...input });
    const ended = await follow(connection, executionArn, () => {});
    if (!ended) return 130;
    if (ended.status !== 'SUCCEEDED') {
      console.error(ended.cause ?? `No host was checked: execution ${executionArn} ended ${ended.status}.`);
      return 1;
    }
    const looked = JSON.parse(ended.output ?? '{}') as HostCheckResult;
    const hosts = await readHosts(connection, looked.look_id);
    if (json) console.log(JSON.stringify({ ...looked, answers: hosts.map((one) => hostResult(check, one)) }, null, 2));
    else console.log(lookText(looked, hosts, ended.stopDate));
    return looked.verdict === 'PASS' ? 0 : 1;
  } catch (error) {
    throw accountError(error, connection);
  }
}

const hostResult = (check: HostCheck, one: KeptVerdict) => ({
  host: one.name,
  instance_id: one.instance_id,
  verdict: hostCheckVerdict(check, one),
  reason: one.reason,
  report: one.report,
});
