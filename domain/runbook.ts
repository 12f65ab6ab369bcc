import * as z from 'zod';
import { duration } from './duration.ts';

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
  /** As the procedure's heading; the state's name in the console. Its id is this in kebab-case. */
  name: stepName,
  stage: z.enum(['immediate', 'recovery']),
  script,
  /** How long the script may run on a host, in seconds. Delivery has its own 60 s. */
  timeout: duration,
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
      version: plainText,
      paths: z.array(plainText).min(1),
      copies: z.array(z.strictObject({ from: plainText, to: plainText })).default([]),
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
