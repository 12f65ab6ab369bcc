import { counted } from '../counted.ts';
import type { RollbackEvent } from '../history/event.ts';
import { failedIn } from '../host/failed-hosts.ts';
import { listed } from '../listed.ts';

/** Returns "; deployments could not be held on 1 host (host-2: REASON), so look what may deploy there"; '' if all were held, or nobody asked. */
export function notHeldWords(events: readonly RollbackEvent[]): string {
  const last = events.findLast(({ type }) => type === 'Deployments held' || type === 'Deployments not held');
  if (last?.type !== 'Deployments not held') return '';
  const failed = failedIn(last.detail);
  const failing = Number(last.detail['failing']);
  const names = failed.slice(0, 3).map(({ host, reason }) => `${host}: ${reason.slice(0, 100)}`);
  return `; deployments could not be held on ${counted(failing, 'host')} (${listed(names, failing)}), so look what may deploy there`;
}
