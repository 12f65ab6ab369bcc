import type { Alarm } from '../clock/clock.ts';
import type { Action, Surroundings } from '../wire/service.ts';
import { DescribeRule } from './actions/DescribeRule.ts';
import { DisableRule } from './actions/DisableRule.ts';
import { EnableRule } from './actions/EnableRule.ts';
import { ListRules } from './actions/ListRules.ts';
import { ListTargetsByRule } from './actions/ListTargetsByRule.ts';
import { PutEvents } from './actions/PutEvents.ts';
import { Bus } from './bus.ts';
import type { Event, NewEvent } from './event.ts';
import { DueFaults, type Faults } from './faults.ts';
import { type Rule, type RuleDefinition, ruleOf } from './rule.ts';
import { type Called, type EventsState, ruleArn } from './state.ts';

/** The actions of EventBridge that the account supports, by AWS's names. */
export const actions = {
  DescribeRule,
  DisableRule,
  EnableRule,
  ListRules,
  ListTargetsByRule,
  PutEvents,
} satisfies Record<string, Action<EventsState, never, unknown>>;

/** EventBridge of the embedded account: the default bus, its rules, and the delivery to their targets. */
export type Events = {
  readonly state: EventsState;
  readonly actions: typeof actions;
  createRule(definition: RuleDefinition): Rule;
  /** Publishes an event of an AWS service to the default bus. */
  publish(event: NewEvent): Event;
  readonly faults: Faults;
  /** Cancels all schedules, delayed events and retries. */
  close(): void;
};

export function events(surroundings: Surroundings, called: Called): Events {
  const pending = new Set<Alarm>();
  const faults = new DueFaults();
  const state: EventsState = {
    surroundings,
    called,
    rules: new Map(),
    publish: (event) => bus.publish(event),
    later: (instant, fire) => {
      const alarm = surroundings.clock.at(instant, () => {
        pending.delete(alarm);
        fire();
      });
      pending.add(alarm);
      return alarm;
    },
  };
  const bus = new Bus(state, faults);
  return {
    state,
    actions,
    createRule: (definition) => {
      const rule = ruleOf(definition, ruleArn(surroundings, definition.Name));
      state.rules.set(rule.name, rule);
      if (rule.every !== undefined) bus.follow(rule, rule.every);
      return rule;
    },
    publish: (event) => bus.publish(event),
    faults,
    close: () => {
      for (const alarm of pending) alarm.cancel();
    },
  };
}
