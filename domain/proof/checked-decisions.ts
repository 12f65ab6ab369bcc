import * as z from 'zod';
import { contentHash } from '../content-hash.ts';
import type { RollbackEvent } from '../history/event.ts';
import { answers, type Question } from '../question/question.ts';
import type { Decision } from '../question/resolution.ts';
import { severities } from '../severity.ts';
import { decisionKey, positionOf } from '../tables.ts';
import { judgeByExecution, type ProofRules, type SeenExecution } from './witnessed-answer.ts';

/** A decision's item as the state table holds it. Whoever may write to the table may have written it. */
export type StoredDecision = { readonly sk: string; readonly item: Readonly<Record<string, unknown>> };

/** The item that holds a decision, for the history: its content's hash, and the execution that proves it. */
export type ProvedItem = {
  readonly item: string;
  readonly sha256: string;
  /** null: no execution gives such a decision, for example that nobody answered. */
  readonly execution: string | null;
};

/** A stored item that does not count, with the reason, for the history and the alarm. */
export type PassedOver = ProvedItem & {
  readonly claims: string;
  readonly operator: string | null;
  readonly says: string;
};

/** A question's decisions after the check. */
export type CheckedDecisions = {
  /** The decisions that count, in order. Nothing behind an item of `unknown` is among them. */
  readonly decisions: readonly Decision[];
  /** The items of `decisions`, in the same order. */
  readonly proofs: readonly ProvedItem[];
  readonly passedOver: readonly PassedOver[];
  /** Items of which Step Functions has not shown yet whether they count. Each may be older than the ones behind it. */
  readonly unknown: readonly string[];
  /** The decision that `own` recognizes, wherever it is; undefined: none is stored yet. */
  readonly own: Decision | undefined;
};

/** Everything that a check of stored decisions needs beside the items. */
export type Proof = {
  readonly rules: ProofRules;
  /** By ARN, the executions that the items name. */
  readonly seen: ReadonlyMap<string, SeenExecution>;
  /** The executions whose principal is in the history, with that principal. */
  readonly verified: ReadonlyMap<string, string>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** No later look is coming: an execution that does not exist now never did. */
  readonly final: boolean;
  /** Recognizes the decision of the execution that is checking: it still runs, so it cannot be seen to have ended. */
  readonly own?: (decision: Decision) => boolean;
};

const instant = z.iso.datetime();
const decisionSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('answer'),
    by: z.string(),
    answer: z.enum(Object.keys(answers) as (keyof typeof answers)[]),
    operator: z.string().nullable(),
    reason: z.string().nullable(),
    hosts: z.array(z.string()).min(1).exactOptional(),
    at: instant,
  }),
  z.strictObject({ type: z.literal('verified'), by: z.string(), principal: z.string(), at: instant }),
  z.strictObject({ type: z.literal('nobody answered'), at: instant }),
  z.strictObject({ type: z.literal('not proved'), passes: z.array(z.string()), at: instant }),
  z.strictObject({
    type: z.literal('alarm joined'),
    by: z.string(),
    alarm: z.string(),
    severity: z.enum(severities),
    means: z.enum(['rollback', 'ask again']),
    at: instant,
  }),
  z.strictObject({ type: z.literal('critical waits'), by: z.string(), at: instant }),
]);

/** Returns the decision that an item claims to be; undefined if it has another form. */
const claimOf = ({ sk, item }: StoredDecision): Decision | undefined =>
  positionOf(sk) === undefined ? undefined : decisionSchema.safeParse(item).data;

/** Returns a decision as it is stored at a place. */
export const storedAt = (position: number, decision: Decision): StoredDecision => ({
  sk: decisionKey('', 0, position).sk,
  item: decision,
});

/** Returns stored decisions in the order of their places; items without a place come last. */
export const inOrder = (stored: readonly StoredDecision[]): StoredDecision[] =>
  stored.toSorted((a, b) => (positionOf(a.sk) ?? Infinity) - (positionOf(b.sk) ?? Infinity));

/** Returns the first place that no item has. A key that is written by hand far behind takes no place of an answer. */
export function firstFree(stored: readonly StoredDecision[]): number {
  const taken = new Set(stored.map(({ sk }) => positionOf(sk)));
  let position = 1;
  while (taken.has(position)) position += 1;
  return position;
}

/** Returns the ARNs in stored decisions that can be those of this product's executions. No other is worth a call. */
export const executionsNamed = (stored: readonly StoredDecision[], { executions }: ProofRules): readonly string[] => [
  ...new Set(
    stored.flatMap((one) => {
      const claim = claimOf(one);
      return claim && 'by' in claim && claim.type !== 'verified' && claim.by.startsWith(executions) ? [claim.by] : [];
    }),
  ),
];

/** Returns the verified principals in a rollback's history, by execution. */
export const principalsIn = (events: readonly RollbackEvent[]): ReadonlyMap<string, string> =>
  new Map(
    events.flatMap(({ type, detail }) =>
      type === 'Principal verified' ? [[String(detail['by']), String(detail['principal'])] as const] : [],
    ),
  );

/**
 * A machine that decides at the deadline may run by a clock that is ahead of the reader's. A reader that did not believe
 * its write yet would take an answer behind it. Clocks of AWS Lambda differ by milliseconds.
 */
const skewMilliseconds = 10_000;

/** A missing execution of an older item is no young one that Step Functions does not show yet. */
const youngMilliseconds = 60_000;

type Verdict = 'counts' | 'unknown' | 'given up' | { readonly passedOver: string };
type Claim = { readonly one: StoredDecision; readonly claim: Decision | undefined };

/**
 * Returns the stored decisions that count. An answer or an alarm counts if the execution that it names gave it; that
 * nobody answered, if the deadline is over; a principal, if the history has it too.
 *
 * An item that does not count takes a place in the list and has no other effect.
 */
export function checkDecisions(question: Question, stored: readonly StoredDecision[], proof: Proof): CheckedDecisions {
  const claims: Claim[] = stored.map((one) => ({ one, claim: claimOf(one) }));
  const verdicts = withoutGivenUp(claims, atDeadline(question, claims, given(question, claims, proof), proof));
  const firstUnknown = verdicts.indexOf('unknown');
  const counts = (i: number) => verdicts[i] === 'counts' && (firstUnknown < 0 || i < firstUnknown);
  const counting = claims.filter((_, i) => counts(i));
  return {
    decisions: counting.map(({ claim }) => claim as Decision),
    proofs: counting.map(({ one, claim }) => provedItem(one, claim)),
    passedOver: claims.flatMap(({ one, claim }, i) => {
      const verdict = verdicts[i];
      return typeof verdict === 'object' ? [passedOver(one, claim, verdict.passedOver)] : [];
    }),
    unknown: claims.filter((_, i) => verdicts[i] === 'unknown').map(({ one }) => one.sk),
    own: claims.find(({ claim }) => claim && proof.own?.(claim))?.claim,
  };
}

/** Judges what people and alarms gave. What is written at the deadline is judged by that, in atDeadline(). */
const given = (question: Question, claims: readonly Claim[], proof: Proof): Verdict[] =>
  claims.map(({ one, claim }) => {
    if (!claim) return { passedOver: 'It has not the form of a decision.' };
    if (claim.type === 'nobody answered' || claim.type === 'not proved') return 'counts';
    if (proof.own?.(claim)) return 'counts';
    if (claim.type === 'verified')
      return proof.verified.get(claim.by) === claim.principal
        ? 'counts'
        : { passedOver: `The history has no verified principal ${claim.principal} of ${claim.by}.` };
    if (!claim.by.startsWith(proof.rules.executions))
      return { passedOver: `${claim.by} is no execution of this environment.` };
    const final = proof.final || proof.now - Date.parse(String(one.item['at'])) > youngMilliseconds;
    return judgeByExecution(question, claim, { ...proof, final });
  });

/**
 * Judges what a machine wrote at the deadline. Written by hand before it, it is passed over; afterwards it is true whoever
 * wrote it. A machine takes no answer behind it, so one that counts there shows that it was not written at its place.
 */
const atDeadline = (
  { deadline }: Question,
  claims: readonly Claim[],
  verdicts: readonly Verdict[],
  { now }: Proof,
): Verdict[] =>
  verdicts.map((verdict, i) => {
    const { claim } = claims[i] as Claim;
    if (!claim || !isOfDeadline(claim)) return verdict;
    if (Date.parse(claim.at) < Date.parse(deadline) || now < Date.parse(deadline) - skewMilliseconds)
      return { passedOver: `The deadline is ${deadline}.` };
    const behind = verdicts.filter((_, later) => later > i && isGiven(claims[later]?.claim));
    if (behind.includes('counts')) return { passedOver: 'An answer was accepted behind it.' };
    return behind.includes('unknown') ? 'unknown' : 'counts';
  });

/** Takes out the items that a machine gave up at the deadline: it has acted on that, so they stay without effect. */
function withoutGivenUp(claims: readonly Claim[], verdicts: readonly Verdict[]): Verdict[] {
  const givenUp = new Set(
    claims.flatMap(({ claim }, i) => (claim?.type === 'not proved' && verdicts[i] === 'counts' ? claim.passes : [])),
  );
  return verdicts.map((verdict, i) =>
    typeof verdict === 'string' && givenUp.has((claims[i] as Claim).one.sk) ? 'given up' : verdict,
  );
}

const isOfDeadline = ({ type }: Decision) => type === 'nobody answered' || type === 'not proved';
const isGiven = (claim: Decision | undefined) =>
  claim?.type === 'answer' || claim?.type === 'alarm joined' || claim?.type === 'critical waits';

const provedItem = ({ sk, item }: StoredDecision, claim: Decision | undefined): ProvedItem => ({
  item: sk,
  sha256: contentHash(item),
  execution: claim && 'by' in claim ? claim.by : null,
});

function passedOver(one: StoredDecision, claim: Decision | undefined, says: string): PassedOver {
  const answer = claim?.type === 'answer' ? claim : undefined;
  const claims = answer?.answer ?? claim?.type ?? 'unreadable';
  return { ...provedItem(one, claim), claims, operator: answer?.operator ?? null, says };
}
