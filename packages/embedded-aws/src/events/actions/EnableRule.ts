import type { Action } from '../../wire/service.ts';
import { type RuleRequest, requestAs, rule } from '../request.ts';
import { type EventsState, ruleArn, ruleNamed } from '../state.ts';

/** Enables a rule. */
export const EnableRule: Action<EventsState, RuleRequest, void> = {
  needs: ({ surroundings }, { Name }) => [{ action: 'events:EnableRule', resource: ruleArn(surroundings, Name) }],
  run: (state, request) => {
    ruleNamed(state, requestAs(rule, request).Name).enabled = true;
  },
};
