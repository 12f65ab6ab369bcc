import * as z from 'zod';

/** What CloudWatch writes beside an alarm's reason (CloudWatch guide, "Alarm events and EventBridge", reasonData). */
const schema = z.object({
  startDate: z.string(),
  period: z.number().positive(),
  recentDatapoints: z.array(z.number()).min(1),
  threshold: z.number(),
});

/**
 * When the first breaching datapoint of an alarm's change began, ISO 8601; null where CloudWatch does not say: service
 * impact is counted from it.
 *
 * The datapoints are the newest periods, oldest first, the oldest beginning at startDate; the newest of them made the alarm
 * red, so those on its side of the threshold breach.
 */
export function firstBreach(reasonData: string | undefined): string | null {
  const data = schema.safeParse(parsed(reasonData));
  if (!data.success) return null;
  const { startDate, period, recentDatapoints, threshold } = data.data;
  const high = (recentDatapoints.at(-1) ?? 0) >= threshold;
  const first = recentDatapoints.findIndex((value) => (high ? value >= threshold : value <= threshold));
  const start = Date.parse(startDate.replace(/\+0000$/, 'Z'));
  return Number.isNaN(start) || first === -1 ? null : new Date(start + first * period * 1000).toISOString();
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
