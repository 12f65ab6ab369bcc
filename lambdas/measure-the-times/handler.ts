import middy from '@middy/core';
import { counted } from '../../domain/counted.ts';
import { type MeasureTheTimesDeps, measureTheTimes } from './measure-the-times.ts';

/** Publishes how near the measured times are to their limits. Takes no input. Logs each p95 that is not inside its limit. */
export const measureTheTimesHandler = (deps: MeasureTheTimesDeps) =>
  middy(async () => {
    const measured = await measureTheTimes(deps);
    for (const { kind, phase, severity, count, p95, limit } of measured.outside)
      console.warn(
        `The p95 of ${count} ${severity} ${kind} of phase ${phase} is ${counted(p95.toFixed(1), 'minute')}, and the limit is ${counted(limit, 'minute')}.`,
      );
    return measured;
  });
