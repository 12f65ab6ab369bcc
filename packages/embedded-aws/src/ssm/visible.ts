import type { Instant } from '../clock/clock.ts';
import type { Command } from './command.ts';

/**
 * How long after SendCommand nobody can see its invocations.
 *
 * Run Command is eventually consistent: callers in the region lose the race for "about a second" nearly every time.
 * Half of that is enough for a caller that does not expect it to fail here, too.
 */
export const INVISIBLE_FOR = 500;

export const isVisible = ({ requestedAt }: Command, now: Instant): boolean => now >= requestedAt + INVISIBLE_FOR;
