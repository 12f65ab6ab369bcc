import { type HostCheck, type HostCheckResult, hostCheckVerdict } from '../../domain/host/host-check.ts';
import type { KeptVerdict } from '../../domain/host/host-reports.ts';
import { type AccountOptions, type Connection, connect } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { readHosts } from '../account/read-history.ts';
import { withAccount } from '../account/with-account.ts';
import { print, printFailure } from '../text/colour.ts';
import { lookText } from '../text/look-text.ts';
import { withProgress } from '../text/progress.ts';
import { actingOn } from './acting-on.ts';

type Output = { readonly json?: boolean };
type HealthOptions = AccountOptions &
  Output & { readonly phase?: number; readonly quick?: boolean; readonly files?: boolean };
type VerifyOptions = AccountOptions & Output & { readonly phase: number };

export async function health({
  phase,
  quick = false,
  files = false,
  json = false,
  ...account
}: HealthOptions): Promise<number> {
  const connection = await connect(account);
  if (files) return withAccount(connection, () => look(connection, { check: 'files' }, json));
  return withAccount(connection, () => look(connection, { check: 'health', quick, phase }, json));
}

export async function verify({ phase, json = false, ...account }: VerifyOptions): Promise<number> {
  const connection = await connect(account);
  return withAccount(connection, () => look(connection, { check: 'verify', phase }, json));
}

type LoadOptions = VerifyOptions & { readonly yes?: boolean };

export async function load({ phase, json = false, ...options }: LoadOptions): Promise<number> {
  return actingOn(options, `run the load test of phase ${phase} on every host`, (connection) =>
    look(connection, { check: 'load', phase }, json),
  );
}

type LookInput = { readonly check: HostCheck; readonly phase?: number | undefined; readonly quick?: boolean };

async function look(connection: Connection, input: LookInput, json: boolean): Promise<number> {
  const executionArn = await startExecution(connection, 'look', input);
  const ended = await withProgress('Checking every host', ({ stage }) => follow(connection, executionArn, stage));
  if (!ended) return 130;
  if (ended.status !== 'SUCCEEDED') {
    printFailure(ended.cause ?? `No host was checked: execution ${executionArn} ended ${ended.status}.`);
    return 1;
  }
  const looked = JSON.parse(ended.output ?? '{}') as HostCheckResult;
  const hosts = await readHosts(connection, looked.look_id);
  const answers = hosts.map((one) => hostResult(input.check, one));
  if (json) console.log(JSON.stringify({ ...looked, answers }, null, 2));
  else print(lookText(looked, hosts, ended.stopDate));
  return looked.verdict === 'PASS' ? 0 : 1;
}

const hostResult = (check: HostCheck, one: KeptVerdict) => ({
  host: one.name,
  instance_id: one.instance_id,
  verdict: hostCheckVerdict(check, one),
  reason: one.reason,
  report: one.report,
});
