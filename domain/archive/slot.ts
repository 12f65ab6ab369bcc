import type { Statistic } from '../infra/triggers-file.ts';

/** A metric of one phase that an alarm watches, and the statistic by which it does. */
export type Watched = { readonly phase: number; readonly metric: string; readonly statistic: Statistic };

/** A part of the past of whole periods, in epoch milliseconds. */
export type Slot = { readonly from: number; readonly to: number };

/** The values of a metric in a slot, one per period, oldest first; null where nothing was published. */
export type SlotValues = Watched & { readonly values: readonly (number | null)[] };

/** The period of triggers in seconds that CloudWatch forgets first. */
export const archivedPeriod = 10;

const hour = 3600_000;
const slotLength = 2 * hour;
/** CloudWatch keeps data with a period under a minute for three hours (CloudWatch guide, "Metrics retention"). */
const keptMilliseconds = 3 * hour;
/** Datapoints may come later than their time: CloudWatch shows them within two minutes of PutMetricData. */
const settlingMilliseconds = 5 * 60_000;

/** Returns the newest slot of two hours that is over, so that its datapoints have arrived. */
export function newestSlot(now: number): Slot {
  const to = Math.floor((now - settlingMilliseconds) / slotLength) * slotLength;
  return { from: to - slotLength, to };
}

/** Returns true if CloudWatch still has every datapoint of a slot. */
export const isKept = ({ from }: Slot, now: number): boolean => now - from <= keptMilliseconds;

/** Every object of the archive begins so. */
export const archiveFolder = 'metrics/';

/** Returns a slot's object: `metrics/2026-09-01/0200.jsonl` begins at 02:00 UTC. */
export function archiveKey({ from }: Slot): string {
  const [day = '', time = ''] = new Date(from).toISOString().split('T');
  return `${archiveFolder}${day}/${time.slice(0, 5).replace(':', '')}.jsonl`;
}

const key = /^metrics\/(\d{4}-\d{2}-\d{2})\/(\d{2})(\d{2})\.jsonl$/;

/** Returns the slot of an object; undefined for one that is not of the archive. */
export function slotOf(found: string): Slot | undefined {
  const [, day, hours, minutes] = key.exec(found) ?? [];
  if (day === undefined) return undefined;
  const from = Date.parse(`${day}T${hours}:${minutes}:00Z`);
  return from % slotLength === 0 ? { from, to: from + slotLength } : undefined;
}

/** Returns the keys of the slots that begin in a range, oldest first. */
export function archiveKeys({ from, to }: Slot): string[] {
  const first = Math.ceil(from / slotLength) * slotLength;
  const count = Math.max(0, Math.ceil((to - first) / slotLength));
  return Array.from({ length: count }, (_, index) => {
    const start = first + index * slotLength;
    return archiveKey({ from: start, to: start + slotLength });
  });
}

/** Returns a slot's text: lines as `rollback backtest --metrics` reads them (docs/backtest.md). */
export const archiveText = ({ from }: Slot, metrics: readonly SlotValues[]): string =>
  metrics
    .map(({ metric, statistic, phase, values }) => {
      const line = { metric, statistic, phase, period: archivedPeriod, from: new Date(from).toISOString(), values };
      return `${JSON.stringify(line)}\n`;
    })
    .join('');
