import * as z from 'zod';
import { startedPhase } from './story-values.ts';

/** The person whose credentials a request has. */
export const person = z
  .string()
  .regex(/^[\w+=,.-]+(@[\w+=,.-]+)?$/, { error: 'a person such as ana, or ana@POLICY' })
  .describe(
    'The person whose credentials are used: ana, or ana@rollback-local-operator for a person with only that policy.',
  );
export const refused = z
  .string()
  .min(1)
  .optional()
  .describe('Expects that the request is refused, with this text in the reason.');

/** The fields of every request of a person to a state machine. */
const request = {
  operator: z.string().min(1).describe('The name that the person gives.'),
  rollback: z.string().min(1).optional().describe('The id of the rollback.'),
  as: person.optional(),
  refused,
};
const oneRollback = ({
  phase,
  rollback,
}: {
  phase?: z.infer<typeof startedPhase> | undefined;
  rollback?: string | undefined;
}) => phase === undefined || rollback === undefined;
const notBoth = { error: 'phase or rollback, not both' };

/** An answer to a question, as from the console. */
export const answer = z
  .strictObject({
    answer: z
      .string()
      .min(1)
      .describe('An answer that the question takes, such as rollback; an unknown one tests the refusal.'),
    ...request,
    reason: z.string().min(1).optional(),
    hosts: z.array(z.string().min(1)).optional().describe('The hosts that without-hosts leaves out.'),
    question: z
      .union([z.int().min(1), z.literal('none')])
      .optional()
      .describe(
        'The number of the question; none: the answer names no number. Without it: the number of the newest question, if that is a hand-over.',
      ),
    phase: startedPhase
      .optional()
      .describe("Answers this phase's running rollback, else its newest. Without it: the only open question."),
  })
  .refine(oneRollback, notBoth);

/** The rollback that a person annotates or reviews. */
const newest = startedPhase.optional().describe("This phase's running rollback, else its newest.");

/** An annotation of a rollback. */
export const annotation = z
  .strictObject({
    ...request,
    phase: newest,
    root_cause: z.string().optional(),
    prevention_measures: z.array(z.string()).optional(),
    note: z.string().optional(),
    false_positive: z.boolean().optional(),
    links: z.array(z.string()).optional(),
  })
  .refine(oneRollback, notBoth);

/** A person's word that they have heard a page. */
export const acknowledgement = z.strictObject({ ...request, phase: newest }).refine(oneRollback, notBoth);

/** A review of a rollback. */
export const review = z
  .strictObject({
    ...request,
    phase: newest,
    verdict: z.string().min(1).describe('right or wrong; another one tests the refusal.'),
    reason: z.string().min(1).optional(),
  })
  .refine(oneRollback, notBoth);

/** A change of a task after a rollback. */
export const task = z
  .strictObject({
    ...request,
    phase: newest,
    action: z.string().min(1).describe('complete, assign, add or accept; another one tests the refusal.'),
    task: z.int().optional(),
    owner: z.string().optional(),
    due: z.string().optional().describe('A date or an instant, in UTC.'),
    title: z.string().optional(),
    note: z.string().optional(),
    report: z.string().optional().describe('interim or post-mortem.'),
  })
  .refine(oneRollback, notBoth);
