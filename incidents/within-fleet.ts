import type { Timed } from './troubles/kind.ts';

type Fleet = { readonly hosts: number; readonly hybrid: number };
type OnHosts = { readonly hosts?: readonly string[] };
type Host = { readonly name: string; readonly state?: string };

/** State of a hybrid node by the state of an instance that was drawn. EC2 does not know the node. */
const ofHybrid: Readonly<Record<string, string>> = {
  terminated: 'deregistered',
  stopped: 'unreachable',
  booted: 'reachable',
};

/**
 * Returns the action on hosts that this incident has: hosts are drawn before their number and their kind are known.
 *
 * A host that no fleet has, `host-9`, stays as it is: a start with it is refused.
 */
export function withinFleet(action: Timed['action'], { hosts, hybrid }: Fleet): Timed['action'] {
  const numberOf = (name: string) => ((Number(name.slice('host-'.length)) - 1) % hosts) + 1;
  const named = (name: string) => (name === 'host-9' ? name : `host-${numberOf(name)}`);
  const onHosts = <One extends OnHosts>(one: One) => ({ ...one, hosts: [...new Set((one.hosts ?? []).map(named))] });
  const { fault, host, script, code, start, answer, orders, halt, resume } = action as {
    fault?: { host?: string };
    host?: Host;
    script?: { host: string };
    code?: { host?: string };
    start?: { input?: { only_hosts?: readonly string[] } };
    answer?: OnHosts;
    orders?: { host: string };
    halt?: OnHosts;
    resume?: OnHosts;
  };
  if (host) {
    const isHybrid = numberOf(host.name) > hosts - hybrid;
    const state = isHybrid && host.state ? { state: ofHybrid[host.state] ?? host.state } : {};
    return { host: { ...host, ...state, name: named(host.name) } };
  }
  if (fault?.host) return { fault: { ...fault, host: named(fault.host) } };
  if (script) return { script: { ...script, host: named(script.host) } };
  if (code?.host) return { code: { ...code, host: named(code.host) } };
  if (orders) return { orders: { ...orders, host: named(orders.host) } };
  if (answer?.hosts) return { answer: onHosts(answer) };
  if (halt?.hosts) return { halt: onHosts(halt) };
  if (resume?.hosts) return { resume: onHosts(resume) };
  const only = start?.input?.only_hosts;
  if (only) return { start: { ...start, input: { ...start.input, only_hosts: [...new Set(only.map(named))] } } };
  return action;
}
