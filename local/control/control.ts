import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { ActionFaults } from '../action-faults.ts';
import { type Clock, until } from '../clock.ts';
import type { Control } from '../endpoint.ts';
import type { Host } from '../ssm/host.ts';
import type { Ssm } from '../ssm/ssm.ts';
import { propertiesAs } from '../template/properties.ts';
import { VirtualClock } from '../virtual-clock.ts';
import type { watchers } from './watch.ts';

/** An execution as `/_account/executions` shows it. */
export type Seen = {
  readonly arn: string;
  readonly status: string;
  readonly transitions: number;
  readonly lambda_invocations: number;
};

export type Controlled = {
  readonly clock: Clock;
  readonly hosts: readonly Host[];
  readonly toolbox: string;
  readonly ssm: Ssm;
  readonly faults: ActionFaults;
  readonly watch: ReturnType<typeof watchers>;
  readonly executions: () => readonly Seen[];
  /** What `GET /_account` says of the account: its resources by kind. */
  readonly about: () => Readonly<Record<string, unknown>>;
};

const clockRequest = z.strictObject({ until: z.iso.datetime(), execution: z.string().optional() });
const hostRequest = z.strictObject({ reachable: z.boolean() });
const faultRequest = z.union([
  z.strictObject({ action: z.string().regex(/^[a-z]+:[A-Za-z]+$/), fails: z.int().positive(), error: z.string() }),
  z.strictObject({ document: z.string(), host: z.string(), fails: z.int().positive() }),
  z.strictObject({ document: z.string(), host: z.string(), hangs: z.literal(true) }),
]);

/** What rehearsals and people may do to the account that AWS has no API for. An unknown request is an error. */
export function control(account: Controlled): Control {
  const hostNamed = (name: string): Host => {
    const host = account.hosts.find((one) => one.name === name);
    if (!host)
      throw new Error(`There is no host ${name}; there are ${account.hosts.map((one) => one.name).join(', ')}.`);
    return host;
  };
  return async (method, path, body, response) => {
    const [, , room = '', name = '', deed = ''] = path.split('/');
    const request = `${method} ${[room, name && ':name', deed].filter(Boolean).join('/')}`;
    switch (request) {
      case 'GET ':
        return { ...account.about(), now: new Date(account.clock.now()).toISOString() };
      case 'GET watch':
        return account.watch.add(response);
      case 'POST clock':
        return letTimePass(account, propertiesAs(clockRequest, JSON.parse(body)));
      case 'GET executions':
        return account.executions();
      case 'POST hosts/:name':
        return account.ssm.faults.setReachable(
          hostNamed(name).instanceId,
          propertiesAs(hostRequest, JSON.parse(body)).reachable,
        );
      case 'GET hosts/:name/status':
        return statusOf(hostNamed(name), account.toolbox);
      case 'GET faults':
        return { unmet: [...account.faults.unmet(), ...account.ssm.faults.unmet()] };
      case 'POST faults':
        return addFault(account, propertiesAs(faultRequest, JSON.parse(body)), hostNamed);
      default:
        throw new Error(`The account has no ${method} ${path}.`);
    }
  };
}

/** Lets time pass until an instant, or until an execution is over. Under the real clock: waits. */
async function letTimePass(
  { clock, executions }: Controlled,
  { until: instant, execution }: z.infer<typeof clockRequest>,
) {
  const end = Date.parse(instant);
  const over = () => executions().some(({ arn, status }) => arn === execution && status !== 'RUNNING');
  if (clock instanceof VirtualClock) await clock.run(end, over);
  else while (!over() && clock.now() < end) await until(clock, Math.min(end, clock.now() + 50));
  return { now: new Date(clock.now()).toISOString() };
}

/** What somebody sees who logs on to the host and asks the trading system itself: the image's `bin/trading-status`. */
async function statusOf(host: Host, toolbox: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(join(toolbox, 'python3'), [join(host.folder, 'bin/trading-status')], {
    cwd: host.folder,
    env: { PATH: `${toolbox}:/usr/bin:/bin`, HOME: host.folder, LANG: 'C.UTF-8', TZ: 'UTC' },
  });
  return JSON.parse(stdout);
}

function addFault(
  { faults, ssm }: Controlled,
  fault: z.infer<typeof faultRequest>,
  hostNamed: (name: string) => Host,
): void {
  if ('action' in fault) {
    faults.add(fault);
    return;
  }
  const script = { document: fault.document, instanceId: hostNamed(fault.host).instanceId };
  if ('fails' in fault) ssm.faults.failScript({ ...script, times: fault.fails });
  else ssm.faults.hangScript(script);
}
