import * as z from 'zod';
import type { Action } from '../../wire/service.ts';
import { page } from '../page.ts';
import { requestAs } from '../request.ts';
import type { Target } from '../rule.ts';
import { type EventsState, ruleArn, ruleNamed } from '../state.ts';

/** Lists the targets of a rule as they were defined. */
export const ListTargetsByRule: Action<
  EventsState,
  z.input<typeof input>,
  { Targets: readonly Target[]; NextToken?: string }
> = {
  needs: ({ surroundings }, { Rule }) => [
    { action: 'events:ListTargetsByRule', resource: ruleArn(surroundings, Rule) },
  ],
  run: (state, request) => {
    const { Limit, NextToken, Rule } = requestAs(input, request);
    const { items, next } = page(ruleNamed(state, Rule).targets, Limit, NextToken);
    return { Targets: items, ...next };
  },
};

const input = z.strictObject({
  EventBusName: z.literal('default').optional(),
  Limit: z.int().min(1).max(100).default(100),
  NextToken: z.string().optional(),
  Rule: z.string(),
});
