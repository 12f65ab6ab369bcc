import type { Action } from '../../wire/service.ts';
import { type RuleRequest, requestAs, rule } from '../request.ts';
import { type EventsState, ruleArn, ruleNamed } from '../state.ts';

/** Keeps events from a rule; what is on its way to a target still arrives. */
export const DisableRule: Action<EventsState, RuleRequest, void> = {
  needs: ({ surroundings }, { Name }) => [{ action: 'events:DisableRule', resource: ruleArn(surroundings, Name) }],
  run: (state, request) => {
    ruleNamed(state, requestAs(rule, request).Name).enabled = false;
  },
};
