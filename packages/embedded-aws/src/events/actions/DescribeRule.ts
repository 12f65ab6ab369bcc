import type { Action } from '../../wire/service.ts';
import { type RuleRequest, requestAs, rule } from '../request.ts';
import { ruleResponse } from '../rule-response.ts';
import { type EventsState, ruleArn, ruleNamed } from '../state.ts';

/** Returns a rule without its targets. */
export const DescribeRule: Action<EventsState, RuleRequest, ReturnType<typeof ruleResponse>> = {
  needs: ({ surroundings }, { Name }) => [{ action: 'events:DescribeRule', resource: ruleArn(surroundings, Name) }],
  run: (state, request) => ruleResponse(ruleNamed(state, requestAs(rule, request).Name)),
};
