import * as z from 'zod';
import { upToFourHours } from '../duration.ts';
import { type FlagValue, flagName, flagValue } from '../flag.ts';

/**
 * It travels to a shell: nothing a shell could read otherwise, and nothing that leads out of a folder. The lengths are those
 * of the documents' parameters (config/host-document.ts).
 */
const safe = /^(?!.*\.\.)[A-Za-z0-9_.][A-Za-z0-9_./-]*$/;
/** A git ref, a table name or whatever a script is told. */
const plainText = z.string().max(200).regex(safe, { error: 'letters, digits, and any of . _ / -, without ..' });
const path = z
  .string()
  .max(200)
  .regex(safe, { error: 'a path below the trading tree, without / in front and without ..' });
/** Longer than any limit of the decision matrix helps nobody; and after 4 h 15 min the machine no longer waits. */
const timeout = upToFourHours.describe('How long the script may run on a host. Delivery has its own 60 s.');
const script = z.string().regex(/^[a-z0-9-]{1,100}\.(py|sh)$/, { error: 'the name of a host script, .py or .sh' });

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
  'Variant',
  'Flags',
  'FlagFolder',
];

/** As plainText, and an option such as --quick or the beginning of a key such as signal: too. Scripts get no shell. */
const word = z
  .string()
  .max(200)
  .regex(/^(?!.*\.\.)[A-Za-z0-9_.:/-]+$/, { error: 'letters, digits, and any of . _ / : -, without ..' });

const parameters = z.record(
  z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]*$/, { error: 'a parameter name such as CacheFolder', abort: true })
    .regex(new RegExp(`^(?!(?:${reserved.join('|')})$)`), {
      error: `a name that is not one of ${reserved.join(', ')}`,
    }),
  // A list reaches the script as words with spaces between.
  z.union([word, z.array(word).min(1)]).transform((value) => (typeof value === 'string' ? value : value.join(' '))),
);

/**
 * The machine's own states and checks (statemachines/machines/phase.ts), by id. A step of the same name would replace one,
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
  'plan-the-rollback',
  'planned',
  'not-planned',
  'input-refused',
  'needs-a-person',
];

/** Every name that has this id (stepId): its letters small or capital, blanks, points or dashes between its words. */
const spelled = (id: string) =>
  id.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`).replaceAll('-', '[ .-]+');

const stepName = z
  .string()
  .regex(/^[A-Z][A-Za-z0-9 .-]{2,60}$/, {
    error: 'the heading of the procedure, such as Clear corrupted cache',
    abort: true,
  })
  .regex(new RegExp(`^(?!(?:${ownStates.map(spelled).join('|')})$)`), {
    error: 'a name that no state of the machine has',
  });

const flags = z
  .record(flagName, flagValue)
  .refine((all) => Object.keys(all).length > 0, { error: 'at least one flag' })
  .meta({ minProperties: 1 });

const waves = z.strictObject({
  canary: z.int().min(0).max(50).describe('So many hosts go first; any failure among them ends the attempt.'),
  size: z.int().min(1).max(1000).describe('So many hosts in each wave after that.'),
  stop_after: z.int().min(0).max(1000).describe('With more failed hosts than this, no further wave goes.'),
});

/** Runs a script on every host. */
const step = z.strictObject({
  name: stepName.describe("As the procedure's heading; the state's name in the console. Its id is this in kebab-case."),
  stage: z.enum(['immediate', 'recovery']).describe('Immediate actions come before recovery steps.'),
  flags: flags
    .optional()
    .describe(
      'Overrides that are set in AppConfig first, all at once; the script then reads what is effective on a host.',
    ),
  waves: waves.optional().describe('A canary first, then so many hosts at a time; left out: every host at once.'),
  script,
  timeout,
  parameters: parameters.default({}),
});

/** A phase's rollback, as its owners write it: infra/runbooks/phase-N-name.yaml. */
export const runbookSchema = z
  .strictObject({
    phase: z.int().min(1).max(99),
    name: z.string().min(1).max(60),
    target: z.strictObject({
      version: plainText
        .max(100)
        .describe('The tag that is checked out; without paths, a name for what the steps put back.'),
      // They travel as one parameter each, of at most 1000 characters.
      paths: z
        .array(path)
        .min(1)
        .refine((all) => all.join(' ').length <= 1000, { error: 'paths of 1000 characters in all at most' })
        .default([])
        .describe(
          'What the tag restores, and is compared with; "." is the whole tree. Left out: the code stays as it is.',
        ),
      copies: z
        .array(z.strictObject({ from: path, to: path }))
        .refine((all) => all.map(({ from, to }) => `${from}>${to}`).join(' ').length <= 1000, {
          error: 'copies of 1000 characters in all at most',
        })
        .default([])
        .describe('Files that a copy of another one replaces, once the tag is checked out.'),
    }),
    approvers: z
      .int()
      .min(1)
      .max(2)
      .default(1)
      .describe('How many different, verified people must say rollback where one is asked for.'),
    rollback_safe: z
      .boolean()
      .default(true)
      .describe('false: what the deployment changed cannot simply be undone, so a person is always asked first.'),
    halt: z
      .strictObject({ script, timeout, parameters: parameters.default({}) })
      .optional()
      .describe("Before any code moves: the customer's own script that stops order flow and cancels open orders."),
    steps: z.array(step).min(1),
    confirm: z
      .strictObject({
        script,
        timeout,
        health: z.strictObject({ script, timeout, parameters: parameters.default({}) }).optional(),
        verify: z
          .strictObject({ script, timeout, parameters: parameters.default({}) })
          .optional()
          .describe("The customer's own verification of this rollback; no part of it: `rollback verify` runs it."),
      })
      .describe('How recovery is seen: the version check, and where the customer has one, a health check.'),
  })
  .superRefine(({ steps }, context) => {
    for (const i of repeated(steps))
      context.addIssue({ code: 'custom', path: ['steps', i, 'name'], message: 'a name that no step before it has' });
  })
  .refine(({ steps }) => steps.findLastIndex(isImmediate) < firstRecovery(steps), {
    path: ['steps'],
    error: 'immediate actions before recovery steps',
  })
  .refine(({ target, steps }) => target.paths.length > 0 || steps.some((one) => one.flags), {
    path: ['target'],
    error: 'paths to restore, or a step that sets flags: recovery is seen by them',
  })
  // So that editors know it too.
  .meta({
    anyOf: [
      { properties: { target: { required: ['paths'] } } },
      { properties: { steps: { contains: { required: ['flags'] } } } },
    ],
  })
  .transform(({ halt, ...runbook }) => ({
    ...runbook,
    steps: halt ? [{ name: haltName, stage: 'immediate' as const, ...halt }, ...runbook.steps] : runbook.steps,
  }));

/** Where a name comes again. By id: hosts remember a step by it, and would answer the second with the first one's report. */
function repeated(steps: readonly { readonly name: string }[]): number[] {
  const ids = steps.map(({ name }) => stepId(name));
  return ids.flatMap((id, i) => (ids.indexOf(id) < i ? [i] : []));
}

const haltName = 'Halt';

export type Runbook = z.infer<typeof runbookSchema>;
export type RunbookStep = Runbook['steps'][number];

/** `Clear corrupted cache` -> `clear-corrupted-cache`: the step's id in records, documents and stories. */
export const stepId = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

/** Every flag that the runbook sets, as it is afterwards. */
export const flagsOf = ({
  steps,
}: {
  readonly steps: readonly Pick<RunbookStep, 'flags'>[];
}): Readonly<Record<string, FlagValue>> => Object.assign({}, ...steps.map((one) => one.flags));

/** The host script that moves the tree; a runbook names it where its target has paths. */
const restoringScript = 'restore-previous-version.py';

/** The part of the code that a rollback restores: its paths, and the ids of the steps that restore them. */
export type Restores = { readonly paths: readonly string[]; readonly by: readonly string[] };

export const restoresOf = ({ target, steps }: Pick<Runbook, 'target' | 'steps'>): Restores => ({
  paths: target.paths,
  by: steps.filter(({ script }) => script === restoringScript).map(({ name }) => stepId(name)),
});

/**
 * The later phases that this one's restore also undoes, because their code lies on its paths. A whole tree holds all.
 *
 * A phase without paths lives in code somewhere: only a whole tree is sure to undo it.
 */
export function alsoUndone({ phase, target }: Restoring, all: readonly Restoring[]): number[] {
  const holds = (path: string) => target.paths.some((own) => own === '.' || own === path || path.startsWith(`${own}/`));
  return all
    .filter((other) => other.phase > phase && (target.paths.includes('.') || other.target.paths.some(holds)))
    .map((other) => other.phase);
}

type Restoring = Pick<Runbook, 'phase'> & { readonly target: Pick<Runbook['target'], 'paths'> };

const isImmediate = ({ stage }: { stage: string }) => stage === 'immediate';
const firstRecovery = (steps: readonly { stage: string }[]) => {
  const first = steps.findIndex((one) => !isImmediate(one));
  return first === -1 ? steps.length : first;
};
