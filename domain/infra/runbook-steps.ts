import type { FlagValue } from '../flag.ts';

// Apart from the schema of a runbook, which functions never check: a bundle that has it is 7 KB larger.

/** The id of the look at versions and flags on every host, before a rollback chooses its target. */
export const versionLookId = 'look-at-versions';
/** The id of the health check by which an opening asks which hosts are ill. */
export const illHostsId = 'ill-hosts';

/** The ids of the checks that the machines run on hosts: two confirm a recovery, one belongs to a plan, two to an opening, four look. */
export const checkIds = [
  ...(['confirm-recovery', 'confirm-health', 'version-now'] as const),
  ...([versionLookId, illHostsId, 'look-health', 'look-verify', 'look-files', 'look-load'] as const),
] as const;

/** The id of the command that holds deployments while a rollback works, and lets them go. */
export const holdId = 'hold-deployments';

/** The ids of the two commands of a preparation (lambdas/prepare-the-hosts). They report under ids of their own. */
export const preparingIds = ['prepare-ask', 'prepare'] as const;

/** The ids of the commands that halt and resume trading (lambdas/halt-the-hosts, resume-the-hosts). They belong to no rollback. */
export const tradingIds = ['halt', 'resume'] as const;

/** The id of the command that looks whether hosts are ready, of each phase (lambdas/check-readiness). */
export const readyId = (phase: number): string => `ready-phase-${phase}`;

/** The id of the command that compares hosts (lambdas/watch-the-fleet). It reports under an id of its own. */
export const compareId = 'compare-fleet';

/** Returns a step's id in records, documents and stories: `Clear corrupted cache` becomes `clear-corrupted-cache`. */
export const stepId = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

/** Returns every flag that the runbook sets, each with its last value. */
export const flagsOf = ({
  steps,
}: {
  readonly steps: readonly { readonly flags?: Readonly<Record<string, FlagValue>> | undefined }[];
}): Readonly<Record<string, FlagValue>> => Object.assign({}, ...steps.map((one) => one.flags));

/** Returns the position of the first step that judges or changes the whole host; -1 if there is none. */
export const firstWhole = ({
  steps,
}: {
  readonly steps: readonly { readonly whole?: boolean | undefined }[];
}): number => steps.findIndex(({ whole }) => whole);

/** The host script that restores code; a runbook whose target has paths has a step that runs it. */
const restoringScript = 'restore-previous-version.py';

/** The id of the check before the first such step: which commit the target's tag names on each host. */
export const targetCheckId = 'target-commit';

/** The id of the check in place of such a step, if a person had the rollback begin after it: whether the code is at the target. */
export const codeCheckId = 'code-at-target';

export const isRestoring = ({ script }: { readonly script?: string | undefined }) => script === restoringScript;

/** The host script after which trading runs again: what the steps before it stopped may then run too. */
const resumingScript = 'resume-operations.py';

export const isResuming = ({ script }: { readonly script?: string | undefined }) => script === resumingScript;

/** The part of the code that a rollback restores: its paths, and the ids of the steps that restore them. */
export type Restores = { readonly paths: readonly string[]; readonly by: readonly string[] };

type TargetAndSteps = {
  readonly target: { readonly version: string; readonly paths: readonly string[] };
  readonly steps: readonly { readonly name: string; readonly script?: string | undefined }[];
};

/** Returns the part of the code that a runbook restores. */
export const restoresOf = ({ target, steps }: TargetAndSteps): Restores => ({
  paths: target.paths,
  by: steps.filter(isRestoring).map(({ name }) => stepId(name)),
});

/** The version to which the rollback of a phase restores code, and the ids of the steps that restore it. */
export type Target = { readonly phase: number; readonly version: string; readonly by: readonly string[] };

/** Returns the version to which a phase's rollback restores code; none if it restores no code. */
export const targetIn = (phase: number, version: string, { by }: Pick<Restores, 'by'>): Target[] =>
  by.length > 0 ? [{ phase, version, by }] : [];

/** Returns the tag that each phase's rollback restores, by phase; none for a phase whose rollback restores no code. */
export const targetsOf = (
  runbooks: readonly (TargetAndSteps & { readonly phase: number })[],
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    runbooks.filter((one) => restoresOf(one).by.length > 0).map(({ phase, target }) => [String(phase), target.version]),
  );

/**
 * Returns the later phases that a phase's restore also undoes, because their code lies on its paths.
 *
 * The whole tree contains the code of every phase. The code of a phase without paths may be anywhere, so only the whole
 * tree is sure to undo it.
 */
export function alsoUndone({ phase, target }: RestoredPaths, all: readonly RestoredPaths[]): number[] {
  const holds = (path: string) => target.paths.some((own) => own === '.' || own === path || path.startsWith(`${own}/`));
  return all
    .filter((other) => other.phase > phase && (target.paths.includes('.') || other.target.paths.some(holds)))
    .map((other) => other.phase);
}

type RestoredPaths = { readonly phase: number; readonly target: { readonly paths: readonly string[] } };
