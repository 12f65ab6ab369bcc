import * as z from 'zod';
import { duration } from './duration.ts';
import { type FlagValue, flagName, flagValue } from './flag.ts';

/** A git ref, a path or a table name: it travels to a shell, so nothing a shell could read otherwise. */
const plainText = z.string().regex(/^[A-Za-z0-9_.][A-Za-z0-9_./-]*$/, { error: 'letters, digits, and any of . _ / -' });
const script = z
  .string()
  .regex(/^[a-z0-9-]+\.(py|sh)$/, { error: 'the name of a file in infra/host-scripts, .py or .sh' });

/** Delivered by the step itself, so a runbook may not set them. */
const reserved = [
  'RollbackId',
  'Step',
  'Kind',
  'Fence',
  'Mode',
  'Tree',
  'State',
  'WindowStart',
  'Target',
  'Paths',
  'Copies',
  'Redis',
  'Flags',
  'FlagFolder',
];

/** As plainText, and an option such as --quick or the beginning of a key such as signal: too. Scripts get no shell. */
const word = z.string().regex(/^[A-Za-z0-9_.:/-]+$/, { error: 'letters, digits, and any of . _ / : -' });

const parameters = z.record(
  z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]*$/, { error: 'a parameter name such as CacheFolder' })
    .refine((name) => !reserved.includes(name), {
      error: `a name that is not one of ${reserved.join(', ')}`,
    }),
  // A list reaches the script as words with spaces between.
  z.union([word, z.array(word).min(1)]).transform((value) => (typeof value === 'string' ? value : value.join(' '))),
);

/**
 * The machine's own states and checks (statemachines/phase-machine.ts), by id. A step of the same name would replace one,
 * or answer for it.
 */
const ownStates = [
  'halt',
  'open-rollback',
  'take-the-fleet',
  'confirm-recovery',
  'confirm-health',
  'close-rollback',
  'rolled-back',
  'close-as-needs-a-person',
  'send-initial-alert',
  'send-rollback-complete',
  'page-a-person',
  'already-handled',
  'stale-alarm-ignored',
  'joined-the-active-rollback',
  'input-refused',
  'needs-a-person',
];

const stepName = z
  .string()
  .regex(/^[A-Z][A-Za-z0-9 .-]{2,60}$/, { error: 'the heading of the procedure, such as Clear corrupted cache' })
  .refine((name) => !ownStates.includes(stepId(name)), { error: 'a name that no state of the machine has' });

const flags = z
  .record(flagName, flagValue)
  .refine((all) => Object.keys(all).length > 0, { error: 'at least one flag' });

/** Runs a script on every host. */
const step = z.strictObject({
  /** As the procedure's heading; the state's name in the console. Its id is this in kebab-case. */
  name: stepName,
  stage: z.enum(['immediate', 'recovery']),
  /** Overrides that are set in AppConfig first, all at once; `script` then reads on every host what is effective there. */
  flags: flags.optional(),
  script,
  /** How long the script may run on a host, in seconds. Delivery has its own 60 s. */
  timeout: duration,
  parameters: parameters.default({}),
});

/** A phase's rollback, as its owners write it: infra/runbooks/phase-N-name.yaml. */
export const runbookSchema = z
  .strictObject({
    phase: z.int().min(1).max(99),
    name: z.string().min(1).max(60),
    target: z.strictObject({
      /** The tag that is checked out; without paths, a name for what the steps put back. */
      version: plainText,
      /** What the tag restores; left out: the code stays as it is. */
      paths: z.array(plainText).min(1).default([]),
      copies: z.array(z.strictObject({ from: plainText, to: plainText })).default([]),
    }),
    /** Before any code moves: the customer's own script that stops order flow and cancels open orders. Off where absent. */
    halt: z.strictObject({ script, timeout: duration, parameters: parameters.default({}) }).optional(),
    steps: z.array(step).min(1),
    /** How recovery is seen: the version check, and where the customer has one, a health check. */
    confirm: z.strictObject({
      script,
      timeout: duration,
      health: z.strictObject({ script, timeout: duration, parameters: parameters.default({}) }).optional(),
    }),
  })
  // By id: hosts remember a step by it, and would answer the second with the first one's report.
  .refine(({ steps }) => new Set(steps.map(({ name }) => stepId(name))).size === steps.length, {
    path: ['steps'],
    error: 'steps with different names',
  })
  .refine(({ steps }) => steps.findLastIndex(isImmediate) < firstRecovery(steps), {
    path: ['steps'],
    error: 'immediate actions before recovery steps',
  })
  .refine(({ target, steps }) => target.paths.length > 0 || steps.some((one) => one.flags), {
    path: ['target'],
    error: 'paths to restore, or a step that sets flags: recovery is seen by them',
  })
  .transform(({ halt, ...runbook }) => ({
    ...runbook,
    steps: halt ? [{ name: haltName, stage: 'immediate' as const, ...halt }, ...runbook.steps] : runbook.steps,
  }));

const haltName = 'Halt';

export type Runbook = z.infer<typeof runbookSchema>;
export type RunbookStep = Runbook['steps'][number];

/** `Clear corrupted cache` -> `clear-corrupted-cache`: the step's id in records, documents and stories. */
export const stepId = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

/** Every flag that the runbook sets, as it is afterwards. */
export const flagsOf = ({ steps }: Pick<Runbook, 'steps'>): Readonly<Record<string, FlagValue>> =>
  Object.assign({}, ...steps.map((one) => one.flags));

/**
 * The later phases that this one's restore also undoes, because their code lies on its paths. A whole tree holds all.
 *
 * A phase without paths lives in code somewhere: only a whole tree is sure to undo it.
 */
export function alsoUndone({ phase, target }: Runbook, all: readonly Runbook[]): number[] {
  const holds = (path: string) => target.paths.some((own) => own === '.' || own === path || path.startsWith(`${own}/`));
  return all
    .filter((other) => other.phase > phase && (target.paths.includes('.') || other.target.paths.some(holds)))
    .map((other) => other.phase);
}

const isImmediate = ({ stage }: { stage: string }) => stage === 'immediate';
const firstRecovery = (steps: readonly { stage: string }[]) => {
  const first = steps.findIndex((one) => !isImmediate(one));
  return first === -1 ? steps.length : first;
};
