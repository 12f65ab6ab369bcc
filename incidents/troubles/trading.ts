import fc from 'fast-check';
import { hosts } from '../names.ts';
import { host, type Kind, person, seconds, severalTimes, type Timed, timed } from './kind.ts';

// Halts of trading, requests of people to resume it, and what is open at the broker.

/** Mostly every host. */
const which = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ hosts: fc.subarray([...hosts], { minLength: 1 }) }) },
);

/** A halt without a name or a reason is carried out too. */
const halt = fc
  .tuple(
    which,
    fc.record({ operator: person, reason: fc.constant('orders without answers') }, { requiredKeys: [] }),
    fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.record({ as: person }) }),
  )
  .map(([where, who, as]) => ({ halt: { ...who, ...where, ...as } }));

/** Mostly with the credentials of the person who is named: trading resumes only if several people are verified. */
const resume = fc
  .tuple(
    which,
    person,
    fc.oneof(
      { weight: 6, arbitrary: fc.constant('own' as const) },
      { weight: 1, arbitrary: fc.constantFrom('none' as const, 'ana' as const) },
    ),
  )
  .map(([where, operator, as]) => ({
    resume: {
      ...{ operator, reason: 'looked at the orders', ...where },
      ...(as === 'none' ? {} : { as: as === 'own' ? operator : as }),
    },
  }));

/** Two people who ask for every host after a halt, in time for each other's request to count. */
const resumed = fc
  .tuple(seconds(40, 500), seconds(5, 200), fc.shuffledSubarray(['ana', 'bo', 'chris'], { minLength: 2, maxLength: 2 }))
  .map(([after, apart, people]): readonly Timed[] =>
    people.map((operator, i) =>
      timed({ resume: { operator, reason: 'looked at the orders', as: operator } }, after + i * apart),
    ),
  );

/** null: nobody can find out. */
const count = fc.option(seconds(0, 3), { nil: null, freq: 6 });
const orders = fc
  .record(
    { host, unacknowledged: seconds(0, 3), position_breaks: count, sequence_gaps: count },
    { requiredKeys: ['host'] },
  )
  .map((one) => ({ orders: one }));

/** Orders that the broker does not answer, mostly until it does. */
const unanswered = fc
  .tuple(host, seconds(1, 3), fc.option(seconds(20, 400), { nil: undefined, freq: 4 }))
  .map(([name, unacknowledged, after]): readonly Timed[] => [
    timed({ orders: { host: name, unacknowledged } }),
    ...(after === undefined ? [] : [timed({ orders: { host: name, unacknowledged: 0 } }, after)]),
  ]);

export const tradingTroubles: readonly Kind[] = [
  {
    name: 'a halt of trading, mostly ended by two people',
    weight: 3,
    trouble: fc
      .tuple(halt, fc.option(resumed, { nil: [] as readonly Timed[], freq: 5 }))
      .map(([one, ends]) => [timed(one), ...ends]),
  },
  {
    name: 'a halt of trading while the broker does not answer',
    weight: 1,
    trouble: fc
      .tuple(unanswered, halt, seconds(1, 60), resumed)
      .map(([open, one, after, ends]) => [
        ...open,
        timed(one, after),
        ...ends.map((each) => timed(each.action, after + each.after)),
      ]),
  },
  { name: 'a change of what is open at the broker', weight: 1, trouble: orders.map((one) => [timed(one)]) },
  { name: 'requests to resume trading', weight: 1, trouble: severalTimes(resume, 600) },
];
