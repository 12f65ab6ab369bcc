import fc from 'fast-check';
import { metrics, variants } from '../names.ts';
import { type Kind, lasting, phase, seconds, severalTimes, timed, trigger } from './kind.ts';

// Troubles of the hosts' metrics, and of the alarms on them.

/** Percent by which a phase gets slower: 40 and more breach every time, less may be within what the alarm allows. */
const degradation = fc.option(fc.constantFrom(40, 80, 417, 25, 12, 5), { nil: undefined });

/** Only performance_degradation has a degradation: with another trigger the trading system refuses every tick. */
export const fault = fc
  .record({ phase, trigger, degradation })
  .map(({ degradation: percent, ...one }) =>
    percent !== undefined && one.trigger === 'performance_degradation' ? { ...one, degradation: percent } : one,
  );
const alarmOf = (state: fc.Arbitrary<string>) =>
  fc
    .record({ phase, trigger, state })
    .chain((alarm) =>
      alarm.trigger === 'performance_degradation'
        ? fc.constantFrom(...variants).map((variant) => ({ ...alarm, variant }))
        : fc.constant(alarm),
    );
export const alarm = alarmOf(fc.constantFrom('ALARM', 'ALARM', 'ALARM', 'INSUFFICIENT_DATA', 'OK'));

export const metricTroubles: readonly Kind[] = [
  { name: 'a fault that stays', weight: 1, trouble: fault.map((one) => [timed({ fault: one })]) },
  {
    name: 'a fault that heals by itself',
    weight: 6,
    trouble: fc
      .tuple(fault, seconds(10, 240))
      .map(([one, after]) => [timed({ fault: one }), timed({ heal: { phase: one.phase } }, after)]),
  },
  { name: 'an alarm that is set', weight: 3, trouble: alarm.map((one) => [timed({ alarm: one })]) },
  {
    name: 'a storm of alarms',
    weight: 2,
    trouble: severalTimes(
      alarm.map((one) => ({ alarm: one })),
      15,
      { minLength: 3, maxLength: 8 },
    ),
  },
  {
    name: 'an alarm that flaps',
    weight: 2,
    trouble: fc
      .tuple(alarmOf(fc.constant('ALARM')), seconds(1, 60), seconds(2, 4))
      .map(([one, apart, times]) =>
        Array.from({ length: times * 2 }, (_, i) =>
          timed({ alarm: { ...one, state: i % 2 === 0 ? 'ALARM' : 'OK' } }, i * apart),
        ),
      ),
  },
  {
    name: 'events that are lost, late or repeated',
    weight: 4,
    trouble: fc
      .oneof(
        fc.record({ lose: fc.oneof(seconds(1, 3), fc.constant('all')) }),
        fc.record({ duplicate: seconds(2, 4) }),
        fc.record({ delay: lasting(5, 400) }),
      )
      .map((change) => [timed({ event: { source: 'aws.cloudwatch', ...change } })]),
  },
  {
    name: 'metrics that are not published for a while',
    weight: 2,
    trouble: fc
      .record(
        { phase, for: lasting(20, 240), metrics: fc.subarray([...metrics], { minLength: 1, maxLength: 3 }) },
        { requiredKeys: ['phase', 'for'] },
      )
      .map((silence) => [timed({ silence })]),
  },
  {
    name: 'a venue that is halted for a while',
    weight: 2,
    trouble: fc.record({ phase, halted: lasting(30, 300) }).map((market) => [timed({ market })]),
  },
  {
    name: 'metrics that are not published any more',
    weight: 1,
    trouble: fc
      .record({ phase, metrics: fc.subarray([...metrics], { minLength: 1, maxLength: 2 }) })
      .map((silence) => [timed({ silence })]),
  },
];
