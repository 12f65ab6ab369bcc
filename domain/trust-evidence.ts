import * as z from 'zod';
import { outcomes } from './backtest/backtest.ts';
import { hasData, type PairFigures } from './backtest/precision.ts';
import { contentHash } from './content-hash.ts';
import { documentsHash, type HeldDrill } from './drill/drill.ts';
import type { Environment } from './infra/environment.ts';
import type { Runbook } from './infra/runbook.ts';
import type { Triggers } from './infra/triggers-file.ts';
import { triggers as allTriggers, type Trigger } from './trigger.ts';
import { trustOf } from './trust.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/, { error: 'a SHA-256 of 64 hexadecimal digits' });
const instant = z.iso.datetime({ error: 'an instant such as 2026-11-30T09:30:00.000Z' });
const counts = (names: readonly string[]) => z.record(z.enum(names as [string, ...string[]]), z.int().min(0));

const triggerName = z.enum([...allTriggers, 'manual']);
const phaseNumber = z.int().min(1).max(99);

/** infra/trust-evidence/NAME.json: what a backtest and drills showed before `trust: auto` (docs/decisions/trust-is-earned.md). */
export const trustEvidenceSchema = z.strictObject({
  environment: z.string(),
  written_at: instant,
  /** The caller of AWS; null: an embedded account, which has only names. */
  written_by: z.string().nullable(),
  /** The files that the reports were made with. */
  made_with: z.strictObject({
    triggers: hash,
    phases: z.array(z.strictObject({ phase: phaseNumber, runbook: hash, documents: hash })),
  }),
  backtest: z.strictObject({
    from: instant,
    to: instant,
    /** The file of metrics, by its content; null: the metrics of the account. */
    metrics: z.strictObject({ file: z.string(), sha256: hash }).nullable(),
    pairs: z.array(
      z.strictObject({
        phase: phaseNumber,
        trigger: z.enum(allTriggers),
        outcomes: counts(outcomes),
        judged: counts(['right', 'wrong', 'unknown']),
        precision: z.number().min(0).max(1).nullable(),
        days: z.strictObject({ exact: z.number().min(0), coarse: z.number().min(0) }),
      }),
    ),
    /** The real incidents during which nothing would have begun. */
    missed: z.array(z.string()),
  }),
  /** The newest drill of each pair of trigger and phase that passed with these files. */
  drills: z.array(z.strictObject({ phase: phaseNumber, trigger: triggerName, rollback: z.string(), at: instant })),
  /** The hash of everything above. */
  sha256: hash,
});
export type TrustEvidence = z.infer<typeof trustEvidenceSchema>;
export type MadeWith = TrustEvidence['made_with'];

/** Returns evidence with the hash of its content. */
export const withContentHash = (content: Omit<TrustEvidence, 'sha256'>): TrustEvidence => ({
  ...content,
  sha256: contentHash(content),
});

/** Whether nobody has changed the evidence since it was written. */
export const isUnaltered = ({ sha256, ...content }: TrustEvidence): boolean => contentHash(content) === sha256;

/** A runbook, and the documents that its rollback sends. */
type PhaseFiles = {
  readonly runbook: Runbook;
  readonly documents: readonly { readonly name: string; readonly sha256: string }[];
};

/** Returns the hashes of the files that rollbacks are made from. */
export const madeWith = (triggers: Triggers, phases: readonly PhaseFiles[]): MadeWith => ({
  triggers: contentHash(triggers),
  phases: phases.map(({ runbook, documents }) => ({
    phase: runbook.phase,
    runbook: contentHash(runbook),
    documents: documentsHash(documents),
  })),
});

/** Returns the triggers that act by themselves in an environment, and so need evidence. The embedded account needs none. */
export const actingTriggers = (
  { trust, endpoint }: Pick<Environment, 'trust' | 'endpoint'>,
  { triggers }: Pick<Triggers, 'triggers'>,
): Trigger[] =>
  endpoint === undefined ? allTriggers.filter((one) => trustOf(trust, triggers[one].trust) === 'auto') : [];

/** Returns the files with which evidence was not made, in words; none: it was made with the present ones. */
export function otherFiles(found: MadeWith, present: MadeWith): string[] {
  const phaseOf = (made: MadeWith, phase: number) => made.phases.find((one) => one.phase === phase);
  const gone = found.phases.filter(({ phase }) => !phaseOf(present, phase));
  return [
    ...(found.triggers === present.triggers ? [] : ['triggers.yaml']),
    ...present.phases.flatMap(({ phase, runbook, documents }) => {
      const made = phaseOf(found, phase);
      if (!made) return [`the phases (${phase} is new)`];
      return [
        ...(made.runbook === runbook ? [] : [`the runbook of phase ${phase}`]),
        ...(made.documents === documents ? [] : [`the host scripts of phase ${phase}`]),
      ];
    }),
    ...gone.map(({ phase }) => `the phases (${phase} is gone)`),
  ];
}

/** Returns the drills that prove the present files: the newest of each pair, of which none of its phase failed later. */
export const provingDrills = (held: readonly HeldDrill[], { phases }: MadeWith): HeldDrill[] =>
  phases.flatMap(({ phase, runbook, documents }) => {
    const ofPhase = held.filter((one) => one.phase === phase).toSorted((a, b) => b.at.localeCompare(a.at));
    if (ofPhase[0]?.ending !== 'Drill passed') return [];
    return ofPhase.filter(
      (one) => one.ending === 'Drill passed' && one.runbook === runbook && one.documents === documents,
    );
  });

type Proof = Pick<TrustEvidence, 'made_with' | 'drills'> & {
  readonly backtest: {
    readonly pairs: readonly (Pick<PairFigures, 'phase' | 'days'> & { readonly trigger: string })[];
  };
};

/** Returns what evidence lacks, one sentence each; none: it is enough for these triggers to act by themselves. */
export function lacks({ made_with, drills, backtest }: Proof, acting: readonly Trigger[]): string[] {
  const phases = made_with.phases.map(({ phase }) => phase);
  const undrilled = phases.filter((phase) => !drills.some((one) => one.phase === phase));
  const isJudged = (phase: number, trigger: Trigger) =>
    backtest.pairs.some((one) => one.phase === phase && one.trigger === trigger && hasData(one));
  return [
    ...undrilled.map((phase) => `no drill of phase ${phase} with the present runbook and host scripts has passed`),
    ...phases.flatMap((phase) =>
      acting
        .filter((trigger) => !isJudged(phase, trigger))
        .map((trigger) => `the backtest has no data of phase ${phase} for ${trigger}, or only minutes of them`),
    ),
  ];
}

/** Returns the instant of the oldest part of evidence, in ISO 8601: the end of the past, or the oldest newest drill of a phase. */
export function oldestPart({ backtest, drills }: Pick<TrustEvidence, 'backtest' | 'drills'>): string {
  const newest = Map.groupBy(drills, ({ phase }) => phase)
    .values()
    .map(
      (all) =>
        all
          .map(({ at }) => at)
          .toSorted()
          .at(-1) ?? backtest.to,
    );
  return [backtest.to, ...newest].toSorted()[0] ?? backtest.to;
}
