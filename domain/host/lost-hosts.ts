import type { Host, HostVerdict } from './host-verdict.ts';
import type { Inventory } from './inventory.ts';

/**
 * A host that left the fleet while its rollback ran: Systems Manager refuses commands to it. One such host makes
 * SendCommand refuse all hosts of the command.
 */
export type LostHost = { readonly host: Host; readonly reason: string };

/** An error of SendCommand, by AWS's name. */
type Refusal = { readonly name: string; readonly message: string };

const prefix = 'left the fleet: ';

const reasons: Readonly<Record<string, string>> = {
  InvalidInstanceId: `${prefix}Systems Manager cannot reach it (terminated, stopped, or its agent is off)`,
  AccessDeniedException: `${prefix}no command may be sent to it (terminated, deregistered, or without the fleet's tag)`,
};

/** Returns the reason for a person why a host is lost, from the error that SendCommand gave for that host alone. */
export const reasonOf = ({ name }: Refusal): string => reasons[name] ?? name;

/** Returns the true reason why a host is lost, as the inventory has it; undefined if the inventory does not explain it. */
export function reasonIn({ hosts, gone }: Inventory, { instance_id }: Host): string | undefined {
  if (gone.includes(instance_id)) return `${prefix}its instance was terminated`;
  const away = hosts.find((host) => host.instance_id === instance_id)?.away;
  return away === undefined ? undefined : `${prefix}${away}`;
}

/**
 * Returns the parts in which to send a refused command again, so that the hosts at fault are found; undefined if the
 * error is of no host. The parts without a host at fault come first.
 *
 * InvalidInstanceId often has no message, and what a message names is not documented. So the named hosts are only tried
 * apart from the others; where that does not help, both halves are tried. At most two requests per host are sent.
 * AccessDenied must name a host: otherwise the function may send nothing at all, and every host would look lost.
 */
export function partsOf(instanceIds: readonly string[], { name, message }: Refusal): readonly string[][] | undefined {
  const named = instanceIds.filter((id) => new RegExp(`\\b${id}\\b`).test(message));
  if (reasons[name] === undefined || (name === 'AccessDeniedException' && named.length === 0)) return undefined;
  const others = instanceIds.filter((id) => !named.includes(id));
  if (named.length > 0 && others.length > 0) return [others, named];
  const half = Math.ceil(instanceIds.length / 2);
  return [instanceIds.slice(0, half), instanceIds.slice(half)];
}

/** Returns a lost host with the reason why it is away, without the words that its verdict begins with. */
export const awayOf = ({ host, reason }: Pick<HostVerdict, 'host' | 'reason'>): Host & { readonly away: string } => ({
  ...host,
  away: (reason ?? 'nobody knows why').replace(prefix, ''),
});

/** Returns the verdict of a lost host on a step. */
export const lostVerdict = ({ host, reason }: LostHost): HostVerdict => ({
  host,
  verdict: 'lost',
  reason,
  report: null,
  command_id: null,
});

const everyHostLost = 'Every host left the fleet before ';

/** Returns why a rollback cannot go on to a step: no host is left. `reasons`: of some hosts, with their names. */
export const everyHostLostBefore = (step: string, reasons: readonly string[]): string =>
  `${everyHostLost}${step}: ${reasons.join('; ')}.`;

/** Whether a rollback stopped because no host was left. */
export const isEveryHostLost = (problem: string): boolean => problem.includes(everyHostLost);
