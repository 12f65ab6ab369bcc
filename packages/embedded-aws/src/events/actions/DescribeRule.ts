import type { Action } from '../../wire/service.ts';
import { type RuleRequest, requestAs, rule } from '../request.ts';
import { ruleAnswer } from '../rule-answer.ts';
import { type EventsState, ruleArn, ruleNamed } from '../state.ts';

/** A rule, without its targets. */
export const DescribeRule: Action<EventsState, RuleRequest, ReturnType<typeof ruleAnswer>> = {
  needs: ({ surroundings }, { Name }) => [{ action: 'events:DescribeRule', resource: ruleArn(surroundings, Name) }],
  run: (state, request) => ruleAnswer(ruleNamed(state, requestAs(rule, request).Name)),
};
