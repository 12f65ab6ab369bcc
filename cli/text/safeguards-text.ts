import type { FoundBy } from '../../incidents/safeguards/safeguard.ts';

/** The result of the proof of one safeguard. */
export type Shown = {
  readonly name: string;
  /** Something broke without the safeguard, and not with it. */
  readonly found: boolean;
  /** A story, or random incidents. */
  readonly way: string;
  /** The first break, or why there is none. */
  readonly says: string;
  /** Incidents that were played, if they are random ones. */
  readonly played?: number;
  /** The incident that broke an invariant. */
  readonly incident?: FoundBy;
  readonly seconds: number;
};

/** Returns the line that is printed when a safeguard's proof ends. */
export const safeguardLine = ({ name, found, way, says, seconds }: Shown): string =>
  `${found ? 'found    ' : 'NOT FOUND'} ${name}, by ${way} (${seconds} s): ${says.slice(0, 400)}`;

/** Returns the result of all proofs as text. */
export function safeguardsText(shown: readonly Shown[], asked: number): string {
  const missed = shown.filter(({ found }) => !found);
  return [
    `${shown.length - missed.length} of ${asked} safeguards are proved needed${shown.length < asked ? `; ${asked - shown.length} were not tried` : ''}.`,
    ...missed.map(({ name, says }) => `  not proved: ${name}. ${says}`),
  ].join('\n');
}
