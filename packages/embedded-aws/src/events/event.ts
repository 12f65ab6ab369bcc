import type { Instant } from '../clock/clock.ts';
import { uuid } from '../clock/random.ts';
import type { Surroundings } from '../wire/service.ts';

/** An event as rules and targets receive it. */
export type Event = {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** In whole seconds: `2019-10-02T17:04:40Z`. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
};

/** An event as services publish it to the bus. */
export type NewEvent = Pick<Event, 'detail-type' | 'source' | 'resources' | 'detail'> & {
  /** The instant of the event; now if absent. */
  readonly time?: Instant;
};

/** Returns an event with the fields that the bus adds. `number` makes the id unique. */
export function completed({ clock, random, region, accountId }: Surroundings, event: NewEvent, number: number): Event {
  const { time = clock.now(), source, resources, detail } = event;
  return {
    version: '0',
    id: uuid(random, `event/${number}`),
    'detail-type': event['detail-type'],
    source,
    account: accountId,
    time: `${new Date(time).toISOString().slice(0, 19)}Z`,
    region,
    resources,
    detail,
  };
}
