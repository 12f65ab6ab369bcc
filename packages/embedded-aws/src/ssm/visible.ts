import type { Instant } from '../clock/clock.ts';
import type { Command } from './command.ts';

/**
 * Milliseconds after SendCommand in which its invocations are not visible.
 *
 * Run Command is eventually consistent: in the Region, reads fail for "about a second" nearly every time. Half of that
 * is enough to make a caller that does not expect it fail here too.
 */
export const INVISIBLE_FOR = 500;

export const isVisible = ({ requestedAt }: Command, now: Instant): boolean => now >= requestedAt + INVISIBLE_FOR;
