import * as z from 'zod';
import { upToFourHours } from '../duration.ts';
import { flagName, flagValue } from '../flag.ts';
import { printableLine } from '../printable.ts';
import { stepId } from './runbook-steps.ts';

export * from './runbook-steps.ts';

/**
 * A value that is passed to a shell: no character that a shell interprets, and no way out of a folder. The maximum lengths
 * are those of the documents' parameters (config/host-document.ts).
 */
const safe = /^(?!.*\.\.)[A-Za-z0-9_.][A-Za-z0-9_./-]*$/;
/** A git ref, a table name or another parameter of a script. */
const plainText = z.string().max(200).regex(safe, { error: 'letters, digits, and any of . _ / -, without ..' });
const path = z
  .string()
  .max(200)
  .regex(safe, { error: 'a path below the trading tree, without / in front and without ..' });
/** At most the longest limit of the decision matrix; the machine itself stops waiting after 4 h 15 min. */
const timeout = upToFourHours.describe('Time for which the script may run on a host, without the 60 s for delivery.');
const script = z.string().regex(/^[a-z0-9-]{1,100}\.(py|sh)$/, { error: 'the name of a host script, .py or .sh' });

/** Parameters that the product sets itself, so a runbook must not. */
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
  'Commit',
  'Candidate',
  'Versions',
  'Paths',
  'Copies',
  'Redis',
  'Protected',
  'Python',
  'Variant',
  'Flags',
  'FlagFolder',
  'Services',
  'Build',
  'Process',
];

/** As plainText, and also an option such as --quick or a key prefix such as signal: because scripts run without a shell. */
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
  // A script receives a list as one text, with a space between two words.
  z.union([word, z.array(word).min(1)]).transform((value) => (typeof value === 'string' ? value : value.join(' '))),
);

/**
 * The ids of the machine's own states and checks (statemachines/machines/phase.ts). A step with the same id would replace the
 * state, or its verdict would count as the check's.
 */
const ownStates = [
  'halt',
  'hold-deployments',
  'open-rollback',
  'ask-a-person',
  'read-the-decision',
  'hand-over-to-an-operator',
  'take-the-fleet',
  'let-others-act',
  'confirm-recovery',
  'confirm-health',
  'target-commit',
  'code-at-target',
  'close-rollback',
  'rolled-back',
  'close-as-needs-a-person',
  'send-initial-alert',
  'send-rollback-complete',
  'page-a-person',
  'already-handled',
  'stale-alarm-ignored',
  'market-not-open',
  'joined-the-active-rollback',
  'plan-the-rollback',
  'planned',
  'close-as-not-planned',
  'not-planned',
  'input-refused',
  'needs-a-person',
];

/** Events name steps by id as fields, and DynamoDB's client refuses this one (storable.ts). */
const notStored = 'constructor';

/** Matches every name that has this id (stepId): letters in either case, and blanks, points or dashes between words. */
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
    abort: true,
  })
  .regex(new RegExp(`^(?!${spelled(notStored)}$)`), {
    error: `a name other than ${notStored}, which cannot be stored`,
  });

const flags = z
  .record(flagName, flagValue)
  .refine((all) => Object.keys(all).length > 0, { error: 'at least one flag' })
  .meta({ minProperties: 1 });

const waves = z.strictObject({
  canary: z
    .int()
    .min(0)
    .max(50)
    .describe('Number of hosts in the first wave; any failure among them ends the attempt.'),
  size: z.int().min(1).max(1000).describe('Number of hosts in each later wave.'),
  stop_after: z.int().min(0).max(1000).describe('No further wave is sent if more hosts than this have failed.'),
});

/** A step: one script that runs on every host. */
const step = z.strictObject({
  name: stepName.describe(
    "The procedure's heading, and the state's name in the console. The step's id is the name in kebab-case.",
  ),
  stage: z.enum(['immediate', 'recovery']).describe('Immediate actions come before recovery steps.'),
  flags: flags
    .optional()
    .describe(
      'Overrides that are set in AppConfig before the script runs, all at once. The script reads the effective flags on a host.',
    ),
  waves: waves.optional().describe('The waves in which the step is sent; leave it out for every host at once.'),
  whole: z
    .literal(true)
    .optional()
    .describe(
      'The step judges or changes the whole host, not only what this phase changed. Rollbacks of other phases that wait for the fleet act before the first such step.',
    ),
  script,
  timeout,
  parameters: parameters.default({}),
});

/** Paths that a document receives as one parameter of at most 1000 characters. */
const listOfPaths = (what: string) =>
  z
    .array(path)
    .refine((all) => all.join(' ').length <= 1000, { error: `${what} of at most 1000 characters in total` })
    .default([]);

/** infra/runbooks/phase-N-name.yaml: the rollback of one phase, written by the owners of the phase. */
export const runbookSchema = z
  .strictObject({
    phase: z.int().min(1).max(99),
    name: z.string().min(1).max(60),
    target: z.strictObject({
      version: plainText
        .max(100)
        .describe('The git tag to check out; without paths, a name for the state that the steps restore.'),
      // Paths and copies are one parameter each, of at most 1000 characters.
      paths: z
        .array(path)
        .min(1)
        .refine((all) => all.join(' ').length <= 1000, { error: 'paths of at most 1000 characters in total' })
        .default([])
        .describe(
          'The paths that are restored from the tag, and compared with it; "." is the whole tree. Leave it out to keep the code.',
        ),
      copies: z
        .array(z.strictObject({ from: path, to: path }))
        .refine((all) => all.map(({ from, to }) => `${from}>${to}`).join(' ').length <= 1000, {
          error: 'copies of at most 1000 characters in total',
        })
        .default([])
        .describe('Files to replace by a copy of another file after the tag is checked out.'),
    }),
    approvers: z
      .int()
      .min(1)
      .max(2)
      .default(1)
      .describe('Number of different, verified people who must answer rollback to a question.'),
    rollback_safe: z
      .boolean()
      .default(true)
      .describe('false: the deployment cannot be undone safely, so an alarm always asks a person first.'),
    forbidden: z
      .array(
        z.strictObject({
          version: plainText.max(100).describe('A tag; target; or before, for the version that the rollback undoes.'),
          flag: flagName,
          value: flagValue,
          reason: z.string().min(1).max(200).regex(printableLine, { error: 'one line' }),
        }),
      )
      .max(20)
      // The look at versions receives them as one parameter.
      .refine((all) => [...new Set(all.map(({ version }) => version))].join(' ').length <= 1000, {
        error: 'versions of at most 1000 characters in total',
      })
      .default([])
      .describe(
        'Versions and values of flags that must never meet on a host. If a host could come to one, an alarm always asks a person first.',
      ),
    halt: z
      .strictObject({ script, timeout, parameters: parameters.default({}) })
      .optional()
      .describe(
        "The customer's script that stops order flow and cancels open orders; it runs before any code is changed.",
      ),
    prepare: z
      .strictObject({
        databases: listOfPaths('databases').describe('The SQLite databases that are copied before a deployment.'),
        configuration: listOfPaths('configuration').describe(
          'The files and folders of the configuration that are copied before a deployment.',
        ),
        timeout: timeout.default(900),
      })
      .prefault({})
      .describe('What `rollback prepare` copies on every host before a deployment of this phase.'),
    steps: z.array(step).min(1),
    confirm: z
      .strictObject({
        script,
        timeout,
        health: z
          .strictObject({
            script,
            timeout,
            parameters: parameters.default({}),
            own: z
              .array(z.string().regex(/^[a-z0-9_]{1,40}$/, { error: 'the name of a check in the health report' }))
              .default([])
              .describe(
                "The health report's checks that concern this phase alone. Other failed checks are left to the rollbacks of other phases while those are open.",
              ),
          })
          .optional(),
        verify: z
          .strictObject({ script, timeout, parameters: parameters.default({}) })
          .optional()
          .describe(
            "The customer's own verification. The rollback does not run it; the command `rollback verify` does.",
          ),
      })
      .describe(
        "The checks that confirm recovery: the version check, and the customer's health check if there is one.",
      ),
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
    error: 'paths to restore, or a step that sets flags: recovery is confirmed by them',
  })
  // Editors check the same rule through the JSON schema.
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

/**
 * Returns the indexes of steps whose id an earlier step has. A host stores its report per step id, so it would report the
 * first step's result for the second.
 */
function repeated(steps: readonly { readonly name: string }[]): number[] {
  const ids = steps.map(({ name }) => stepId(name));
  return ids.flatMap((id, i) => (ids.indexOf(id) < i ? [i] : []));
}

const haltName = 'Halt';

export type Runbook = z.infer<typeof runbookSchema>;
export type RunbookStep = Runbook['steps'][number];

const isImmediate = ({ stage }: { stage: string }) => stage === 'immediate';
const firstRecovery = (steps: readonly { stage: string }[]) => {
  const first = steps.findIndex((one) => !isImmediate(one));
  return first === -1 ? steps.length : first;
};
