import { counted } from '../counted.ts';
import type { RollbackEvent } from '../history/event.ts';
import { listed } from '../listed.ts';
import { resumeCommand } from './resume-command.ts';

/** The hosts on which trading was halted, by people or an alarm, at the last look of a rollback. `names`: at most 20 of them. */
export type HaltedTrading = { readonly hosts: number; readonly names: readonly string[] };

/** Returns the hosts on which trading was halted when recovery was looked at last; null: on none, or nobody looked. */
export function haltedTrading(events: readonly RollbackEvent[]): HaltedTrading | null {
  const last = events.findLast(({ type }) => type === 'Recovery confirmed' || type === 'Recovery not confirmed');
  return (last?.detail['trading_halted'] as HaltedTrading | undefined) ?? null;
}

/** Returns "; trading is halted on 2 hosts (host-1, host-2), and no rollback resumes it"; '' if it is not halted. */
export function haltedWords(events: readonly RollbackEvent[]): string {
  const halted = haltedTrading(events);
  if (!halted) return '';
  const { hosts, names } = halted;
  return `; trading is halted on ${counted(hosts, 'host')} (${listed(names, hosts)}), and no rollback resumes it`;
}

/** Returns the command that resumes trading, as the beginning of the next steps; '' if trading is not halted. */
export const resumeWords = (events: readonly RollbackEvent[], environmentWords: string): string =>
  haltedTrading(events) ? `resume trading when it is right: ${resumeCommand(environmentWords)} ; ` : '';
