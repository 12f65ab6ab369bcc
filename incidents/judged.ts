import { createHash } from 'node:crypto';
import type { Reach } from '../rehearsals/reach.ts';
import type { Story } from '../rehearsals/story.ts';
import type { Evidence } from './evidence.ts';
import { invariants } from './invariants.ts';
import { type Played, playIncident } from './play.ts';
import { struckIn } from './strikes.ts';

/** A break of an invariant by one incident. */
export type Break = { readonly invariant: string; readonly says: string };

/** Result of one incident. */
export type Judged = Pick<Played, 'failed'> & {
  readonly breaks: readonly Break[];
  /** A hash of everything that happened and that was left. */
  readonly hash: string;
  readonly evidence: Evidence;
  /** Rollbacks that took the fleet. */
  readonly acting: number;
  readonly transitions: number;
  /** The names of what really struck (strikes.ts). */
  readonly struck: readonly string[];
};

/** Opens an account for one incident. */
export type OpenAccount = (story: Story, seed: number) => Promise<{ readonly reach: Reach; close(): Promise<unknown> }>;
export type Place = { readonly open: OpenAccount; readonly environment: string; readonly region: string };

/** The seed of an account's random numbers: the instants of an incident are drawn, so one seed is enough. */
const ACCOUNT_SEED = 1;

/** Runs an incident on an account of its own, and judges it by every invariant. */
export async function judgeIncident(story: Story, { open, region }: Place): Promise<Judged> {
  const account = await open(story, ACCOUNT_SEED);
  try {
    const { evidence, failed } = await playIncident(story, { reach: account.reach, region, seed: ACCOUNT_SEED });
    const breaks = invariants.flatMap(({ name, breaks }) =>
      breaks(evidence).map((says) => ({ invariant: name, says })),
    );
    const { executions, rollbacks } = evidence;
    return {
      breaks,
      failed,
      evidence,
      hash: hashOf(evidence),
      acting: rollbacks.filter(({ record }) => record?.fence != null).length,
      transitions: executions.reduce((sum, one) => sum + one.transitions, 0),
      struck: struckIn(evidence),
    };
  } finally {
    await account.close();
  }
}

/** Returns a hash of what happened, in order, and of what was left. The computing time of functions is real time. */
function hashOf({ executions, state, history, messages, happened, hosts }: Evidence): string {
  const all = {
    executions,
    state,
    history,
    messages,
    hosts,
    happened: happened.map(({ milliseconds: _, ...rest }) => rest),
  };
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}
