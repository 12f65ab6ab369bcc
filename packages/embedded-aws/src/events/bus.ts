import { deliver } from './delivery.ts';
import { completed, type Event, type NewEvent } from './event.ts';
import type { DueFaults } from './faults.ts';
import type { Rule } from './rule.ts';
import type { EventsState } from './state.ts';

/** The default bus. An event reaches every enabled rule whose pattern it matches. */
export class Bus {
  readonly #state: EventsState;
  readonly #faults: DueFaults;
  #events = 0;

  constructor(state: EventsState, faults: DueFaults) {
    this.#state = state;
    this.#faults = faults;
  }

  publish(event: NewEvent): Event {
    const published = this.#completed(event);
    const matching = () => [...this.#state.rules.values()].filter((rule) => rule.matches(published));
    this.#faults.miss(matching());
    this.#send(published, matching);
    return published;
  }

  /** Starts a rule's schedule. Its first event comes one interval after the creation of the rule. */
  follow(rule: Rule, every: number): void {
    const tick = () => {
      this.#state.later(this.#state.surroundings.clock.now() + every, () => {
        tick();
        this.#faults.miss([rule]);
        if (rule.enabled) this.#send(this.#completed(scheduledEvent(rule)), () => [rule]);
      });
    };
    tick();
  }

  /** Delivers an event. `rules` is called again when the event arrives, because a fault may delay the arrival. */
  #send(event: Event, rules: () => readonly Rule[]): void {
    const enabledRules = () => rules().filter(({ enabled }) => enabled);
    const { tell, clock } = this.#state.surroundings;
    const { id, source, resources } = event;
    if (enabledRules().length === 0) return;
    const { lost, copies, delay } = this.#faults.strike(source);
    tell({
      service: 'events',
      event: lost ? 'EventLost' : 'EventPublished',
      id,
      source,
      type: event['detail-type'],
      resources,
    });
    if (lost) return;
    const arrive = () => {
      for (let copy = 0; copy < copies; copy++) for (const rule of enabledRules()) deliver(this.#state, event, rule);
    };
    if (delay > 0) this.#state.later(clock.now() + delay, arrive);
    else arrive();
  }

  #completed(event: NewEvent): Event {
    return completed(this.#state.surroundings, event, this.#events++);
  }
}

const scheduledEvent = ({ arn }: Rule): NewEvent => ({
  source: 'aws.events',
  'detail-type': 'Scheduled Event',
  resources: [arn],
  detail: {},
});
