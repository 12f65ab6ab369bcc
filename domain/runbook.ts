import * as z from 'zod';
import { duration } from './duration.ts';

/**
 * It travels to a shell: nothing a shell could read otherwise, and nothing that leads out of a folder. The lengths are those
 * of the documents' parameters (statemachines/host-document.ts).
 */
const safe = /^(?!.*\.\.)[A-Za-z0-9_.][A-Za-z0-9_./-]*$/;
/** A git ref, a table name or whatever a script is told. */
const plainText = z.string().max(200).regex(safe, { error: 'letters, digits, and any of . _ / -, without ..' });
const path = z
  .string()
  .max(200)
  .regex(safe, { error: 'a path below the trading tree, without / in front and without ..' });
/** Longer than any limit of the decision matrix helps nobody; and after 4 h 15 min the machine no longer waits. */
const timeout = duration
  .refine((seconds) => seconds <= 4 * 3600, { error: 'at most 4h, the longest limit of a rollback' })
  .describe('How long the script may run on a host. Delivery has its own 60 s.');
const script = z
  .string()
  .regex(/^[a-z0-9-]{1,100}\.(py|sh)$/, { error: 'the name of a file in infra/host-scripts, .py or .sh' });

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
  'Flag',
  'Expected',
  'FlagFolder',
];

const parameters = z.record(
  z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]*$/, { error: 'a parameter name such as CacheFolder' })
    .refine((name) => !reserved.includes(name), {
      error: `a name that is not one of ${reserved.join(', ')}`,
    }),
  plainText,
);

/**
 * The machine's own states and checks (statemachines/phase-machine.ts), by id. A step of the same name would replace one,
 * or answer for it.
 */
const ownStates = [
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

const common = {
  name: stepName.describe("As the procedure's heading; the state's name in the console. Its id is this in kebab-case."),
  stage: z.enum(['immediate', 'recovery']).describe('Immediate actions come before recovery steps.'),
  script,
  timeout,
};

/** Runs a script on every host. */
const scriptStep = z.strictObject({ ...common, parameters: parameters.default({}) });

/** Sets a flag's override in AppConfig; `script` then reads on every host what is effective there. */
const flagStep = z.strictObject({
  ...common,
  flag: z.strictObject({
    name: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, { error: 'a flag such as data_source' }),
    value: plainText,
  }),
});

const step = z.union([flagStep, scriptStep]);

/** A phase's rollback, as its owners write it: infra/runbooks/phase-N-name.yaml. */
export const runbookSchema = z
  .strictObject({
    phase: z.int().min(1).max(99),
    name: z.string().min(1).max(60),
    target: z.strictObject({
      version: plainText.max(100).describe('The tag that is checked out.'),
      // They travel as one parameter each, of at most 1000 characters.
      paths: z
        .array(path)
        .min(1)
        .refine((all) => all.join(' ').length <= 1000, { error: 'paths of 1000 characters in all at most' })
        .describe('What is restored, and compared with the tag; "." is the whole tree.'),
      copies: z
        .array(z.strictObject({ from: path, to: path }))
        .refine((all) => all.map(({ from, to }) => `${from}>${to}`).join(' ').length <= 1000, {
          error: 'copies of 1000 characters in all at most',
        })
        .default([])
        .describe('Files that a copy of another one replaces, once the tag is checked out.'),
    }),
    steps: z.array(step).min(1),
    confirm: z
      .strictObject({
        script,
        timeout,
        health: z.strictObject({ script, timeout, parameters: parameters.default({}) }).optional(),
      })
      .describe('How recovery is seen: the version check, and where the customer has one, a health check.'),
  })
  // By id: hosts remember a step by it, and would answer the second with the first one's report.
  .refine(({ steps }) => new Set(steps.map(({ name }) => stepId(name))).size === steps.length, {
    path: ['steps'],
    error: 'steps with different names',
  })
  .refine(({ steps }) => steps.findLastIndex(isImmediate) < firstRecovery(steps), {
    path: ['steps'],
    error: 'immediate actions before recovery steps',
  });

export type Runbook = z.infer<typeof runbookSchema>;
export type RunbookStep = Runbook['steps'][number];

/** `Clear corrupted cache` -> `clear-corrupted-cache`: the step's id in records, documents and stories. */
export const stepId = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

const isImmediate = ({ stage }: { stage: string }) => stage === 'immediate';
const firstRecovery = (steps: readonly { stage: string }[]) => {
  const first = steps.findIndex((one) => !isImmediate(one));
  return first === -1 ? steps.length : first;
};
