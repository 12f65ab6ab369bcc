import type { Action } from '../../wire/service.ts';
import { type RuleRequest, requestAs, rule } from '../request.ts';
import { type EventsState, ruleArn, ruleNamed } from '../state.ts';

/** Disables a rule. Events already on their way to a target still arrive. */
export const DisableRule: Action<EventsState, RuleRequest, void> = {
  needs: ({ surroundings }, { Name }) => [{ action: 'events:DisableRule', resource: ruleArn(surroundings, Name) }],
  run: (state, request) => {
    ruleNamed(state, requestAs(rule, request).Name).enabled = false;
  },
};
