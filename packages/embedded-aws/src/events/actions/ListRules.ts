import * as z from 'zod';
import type { Action } from '../../wire/service.ts';
import { page } from '../page.ts';
import { requestAs } from '../request.ts';
import { ruleResponse } from '../rule-response.ts';
import { type EventsState, ruleArn } from '../state.ts';

/** Lists the rules of the default bus by name. */
export const ListRules: Action<
  EventsState,
  z.input<typeof input>,
  { Rules: ReturnType<typeof ruleResponse>[]; NextToken?: string }
> = {
  needs: ({ surroundings }) => [{ action: 'events:ListRules', resource: ruleArn(surroundings, '*') }],
  run: ({ rules }, request) => {
    const { Limit, NamePrefix, NextToken } = requestAs(input, request);
    const found = [...rules.values()]
      .filter(({ name }) => name.startsWith(NamePrefix))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    const { items, next } = page(found, Limit, NextToken);
    return { Rules: items.map(ruleResponse), ...next };
  },
};

const input = z.strictObject({
  EventBusName: z.literal('default').optional(),
  Limit: z.int().min(1).max(100).default(100),
  NamePrefix: z.string().default(''),
  NextToken: z.string().optional(),
});
