import { counted } from '../counted.ts';
import type { BrakeEvent } from '../history/brake-event.ts';
import type { RollbackRecord } from '../history/record.ts';
import { type OpenHalt, tradingNow } from '../history/trading-now.ts';
import { resumeCommand } from './resume-command.ts';

/** Milliseconds by which a halt of the rollback's own alarm may have begun before the rollback: EventBridge delivers late by so much. */
const mostBefore = 300_000;

type About = {
  /** The events of brakes and trading; null: they cannot be read. */
  readonly events: readonly BrakeEvent[] | null;
  /** The triggers whose CRITICAL alarms halt trading (trading.halt_on_critical). */
  readonly halting: readonly string[];
  readonly environmentWords: string;
};

type Rollback = Pick<RollbackRecord, 'alarm' | 'trigger' | 'joined' | 'start_time'>;

export type TradingState = {
  /** Whether trading is halted, with the command that ends it: no answer about a rollback and no ending of one does. */
  readonly text: string;
  /** The halts on record alone; null: none is. */
  readonly halted: string | null;
};

/**
 * Returns whether trading is halted, in words. A halt is on record some seconds after its hosts confirmed. Until then the alarm's own halt
 * is announced.
 */
export function tradingState(rollback: Rollback, { events, halting, environmentWords }: About): TradingState {
  const look = `Look: npm run rollback -- status${environmentWords}`;
  const unknown = (text: string) => ({ text, halted: null });
  if (events === null)
    return unknown(`it is not known whether it is halted, because the history cannot be read. ${look}`);
  const { halts, resumed_in_part } = tradingNow(events);
  const resume = `No answer and no ending of a rollback resumes it, only: ${resumeCommand(environmentWords)}`;
  if (halts.length > 0) {
    const inPart = resumed_in_part.length > 0 ? ` It was resumed on some hosts. ${look}.` : '';
    const says = `${halts.map(haltWords).join(' ')}${inPart}`;
    return { text: `${says} ${resume}`, halted: says };
  }
  const trigger = triggersOf(rollback).find((one) => halting.includes(one));
  if (trigger === undefined || hasResult(events, rollback)) return unknown('no halt is on record.');
  return unknown(
    `an alarm of ${trigger} halts trading here while the market is open, and no result is on record yet. ${look} . ${resume}`,
  );
}

function haltWords({ failed, only, confirmed, hosts, operator, at, reason }: OpenHalt): string {
  const named = only ? ` (${only.slice(0, 10).join(', ')}${only.length > 10 ? ', …' : ''})` : '';
  const how = failed
    ? `a halt FAILED${named}, so any host may trade`
    : `HALTED on ${confirmed} of ${counted(hosts, 'host')}${named}, which stand still`;
  return `${how}; by ${operator} at ${at}: ${reason}.`;
}

/** The triggers of the alarms of a rollback; none of a person's start. */
const triggersOf = ({ alarm, trigger, joined }: Rollback): readonly string[] => [
  ...(alarm ? [trigger] : []),
  ...joined.map((one) => one.trigger),
];

/** Whether a halt is on record that began with the rollback or later: it is the alarm's own, or as good as that. */
const hasResult = (events: readonly BrakeEvent[], { start_time }: Rollback) =>
  events.some(
    ({ type, at }) =>
      (type === 'Trading halted' || type === 'Halt failed') && Date.parse(at) >= Date.parse(start_time) - mostBefore,
  );
