import * as z from 'zod';

/** The numbers that CloudWatch adds to an alarm's reason (CloudWatch guide, "Alarm events and EventBridge", reasonData). */
const schema = z.object({
  startDate: z.string(),
  period: z.number().positive(),
  recentDatapoints: z.array(z.number()).min(1),
  threshold: z.number(),
});

/** The datapoints that turned an alarm red, and the time that they cover; ISO 8601. */
export type Breach = { readonly values: readonly number[]; readonly from: string; readonly to: string };

/**
 * Returns the breaching datapoints of an alarm's change of state; null if CloudWatch does not give them.
 * Service impact is counted from the first of them, and severity is measured over all.
 *
 * CloudWatch lists the newest periods, oldest first; the oldest period begins at startDate. The newest datapoint turned the
 * alarm red, so every datapoint on the same side of the threshold is a breach.
 */
export function breachOf(reasonData: string | null): Breach | null {
  const data = schema.safeParse(parsed(reasonData));
  if (!data.success) return null;
  const { startDate, period, recentDatapoints, threshold } = data.data;
  const high = (recentDatapoints.at(-1) ?? 0) >= threshold;
  const breaches = (value: number) => (high ? value >= threshold : value <= threshold);
  const start = Date.parse(startDate.replace(/\+0000$/, 'Z'));
  if (Number.isNaN(start)) return null;
  const after = (periods: number) => new Date(start + periods * period * 1000).toISOString();
  return {
    values: recentDatapoints.filter(breaches),
    from: after(recentDatapoints.findIndex(breaches)),
    to: after(recentDatapoints.length),
  };
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
