import * as z from 'zod';
import { type Matches, readPattern } from './pattern.ts';
import { readSchedule } from './schedule.ts';

/** A path such as `$.detail.state.value`; list indexes and wildcards are refused. */
const path = z.string().regex(/^\$(\.[\w-]+)*$/, {
  error: ({ input }) => `The path ${input} is not supported. Use names separated by dots, such as $.detail.state.`,
});

/** A target by EventBridge's names: a state machine or a function. Other kinds are refused. */
export const target = z.strictObject({
  Arn: z.string().regex(/^arn:aws:(?:states:.*:stateMachine|lambda:.*:function):/, {
    error: ({ input }) =>
      `The target ${input} is neither a state machine nor a function, and the account supports no other targets.`,
  }),
  DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
  Id: z.string().min(1).max(64),
  Input: z.string().optional(),
  InputPath: path.optional(),
  InputTransformer: z
    .strictObject({ InputPathsMap: z.record(z.string(), path).default({}), InputTemplate: z.string() })
    .optional(),
  RetryPolicy: z
    .strictObject({
      MaximumEventAgeInSeconds: z.int().min(60).max(86_400).optional(),
      MaximumRetryAttempts: z.int().min(0).max(185).optional(),
    })
    .optional(),
  RoleArn: z.string().optional(),
});
export type Target = z.output<typeof target>;

/** The definition of a rule, by the names of PutRule and PutTargets. */
export const ruleDefinition = z.strictObject({
  Description: z.string().optional(),
  EventBusName: z.literal('default').optional(),
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  Name: z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/),
  ScheduleExpression: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Tags: z.unknown().optional(),
  Targets: z.array(target).max(5).default([]),
});
export type RuleDefinition = z.output<typeof ruleDefinition>;

export type Rule = {
  readonly name: string;
  readonly arn: string;
  readonly definition: RuleDefinition;
  readonly targets: readonly Target[];
  /** Always false for a rule that has only a schedule. */
  readonly matches: Matches;
  /** Milliseconds between the events of its schedule. */
  readonly every: number | undefined;
  enabled: boolean;
};

export function ruleOf(definition: RuleDefinition, arn: string): Rule {
  const { EventPattern, Name, ScheduleExpression, State, Targets } = definition;
  if (!EventPattern && !ScheduleExpression) throw new Error('A rule needs an EventPattern or a ScheduleExpression.');
  for (const { Arn, Id, RoleArn } of Targets)
    if (Arn.startsWith('arn:aws:states:') && !RoleArn)
      throw new Error(`The target ${Id} is a state machine and needs a RoleArn that may start it.`);
  return {
    name: Name,
    arn,
    definition,
    targets: Targets,
    matches: EventPattern ? readPattern(EventPattern) : () => false,
    every: ScheduleExpression ? readSchedule(ScheduleExpression) : undefined,
    enabled: State === 'ENABLED',
  };
}
