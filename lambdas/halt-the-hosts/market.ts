import { isExpectedSilence } from '../../domain/calendar/expected-silence.ts';
import type { SessionsOf } from '../../domain/calendar/sessions.ts';
import { isHalted, type LastHalted } from '../../domain/calendar/venue-halt.ts';
import { type SilentAlarm, silentAlarmIn } from '../../domain/trading/silent-alarm.ts';

export type MarketDeps = {
  /** Absent: no calendar, the market is always open. */
  readonly sessionsOf?: SessionsOf;
  /** Absent: nobody publishes the halts of venues. Its client gives up within 2 s: the first command of a halt is out within 5 s. */
  readonly lastHalted?: LastHalted | undefined;
  readonly now: () => number;
};

/** Nothing was halted, and why: the market explains the alarm. */
export type NotHalted = { readonly not_halted: string };

/**
 * Returns why nothing is halted: the alarm is only silent, because the market is closed or a venue is halted, and no rollback begins for it either. undefined: trading
 * is halted, as always by a person, by an alarm with data, and if CloudWatch does not respond in time.
 */
export async function marketExplains(deps: MarketDeps, input: unknown): Promise<string | undefined> {
  const silent = silentAlarmIn(input);
  const why = silent && (await explanation(deps, silent));
  return (
    why &&
    `The alarm ${silent.alarm} is only without data, and ${why}. Nothing was halted. If hosts trade: rollback halt.`
  );
}

async function explanation(
  { sessionsOf, lastHalted, now }: MarketDeps,
  { phase, changed_at }: SilentAlarm,
): Promise<string | undefined> {
  if (isExpectedSilence(sessionsOf?.(phase), changed_at, now())) return `the market of phase ${phase} is closed`;
  if (!lastHalted) return undefined;
  const last = await lastHalted(phase, Date.parse(changed_at)).catch(() => null);
  return isHalted(last, now()) ? `a venue of phase ${phase} is halted` : undefined;
}
