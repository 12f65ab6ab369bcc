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
  summary: "Ask every host by the customer's health check whether it is well",
  get help() {
    return helpOf(`rollback health [--phase N] [--quick] [--json]

  --phase N            by the check of this phase: ${phaseList()} (default: the first that has one)
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
  summary: "Ask every host by the customer's verification whether a phase is rolled back",
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
  --json               what each host answered as JSON on standard output
${environmentHelp()}

Looks only, takes no lock, and may be asked at any time. A host that cannot tell is INCONCLUSIVE.
Exit code 0: PASS on every host. 1: FAIL or INCONCLUSIVE on one, or they could not be asked. 2: asked wrongly.
130: Ctrl-C; they are asked all the same.`;

type Asked = { readonly json: boolean; readonly environment: string };

async function look(check: HostCheck, input: object, { json, environment }: Asked): Promise<number> {
  const account = connect(environment);
  try {
    const executionArn = await startExecution(account, 'look', { check, ...input });
    const ended = await follow(account, executionArn, () => {});
    if (!ended) return 130;
    if (ended.status !== 'SUCCEEDED') {
      console.error(ended.cause ?? `Nothing was seen: the execution ended ${ended.status}.`);
      return 1;
    }
    const looked = JSON.parse(ended.output ?? '{}') as HostCheckResult;
    const hosts = await readHosts(account, looked.look_id);
    if (json) console.log(JSON.stringify({ ...looked, answers: hosts.map((one) => answer(check, one)) }, null, 2));
    else console.log(lookText(looked, hosts, ended.stopDate));
    return looked.verdict === 'PASS' ? 0 : 1;
  } catch (error) {
    throw accountError(error, account);
  }
}

const answer = (check: HostCheck, one: KeptVerdict) => ({
  host: one.name,
  instance_id: one.instance_id,
  verdict: hostCheckVerdict(check, one),
  reason: one.reason,
  report: one.report,
});
