import fc from 'fast-check';
import { triggers } from '../domain/trigger.ts';
import { actionFaults, functions, hosts, phases, steps, variants } from './names.ts';

/** An action of a story without its instant, and the seconds after its trouble's beginning at which it happens. */
export type Timed = { readonly after: number; readonly action: Readonly<Record<string, unknown>> };
type Trouble = fc.Arbitrary<readonly Timed[]>;

/** One kind of trouble: what goes wrong, or what a person does. A new story key is one more entry of `troubles`. */
export type Kind = { readonly name: string; readonly weight: number; readonly trouble: Trouble };

const phase = fc.constantFrom(...phases);
/** CRITICAL ones come up most, because they act without a person. */
const trigger = fc.constantFrom(...triggers, 'data_corruption', 'security_issue', 'system_failure');
const host = fc.constantFrom(...hosts);
const seconds = (min: number, max: number) => fc.integer({ min, max });
const timed = (action: Timed['action'], after = 0): Timed => ({ after, action });
const person = fc.constantFrom('ana', 'bo', 'chris');

/** Returns a time of a story, such as 90s. */
const during = (value: number) => `${value}s`;

export const fault = fc.record(
  { phase, trigger, degradation: fc.constantFrom(5, 12, 20, 25, 40, 80) },
  { requiredKeys: ['phase', 'trigger'] },
);
const alarmOf = (state: fc.Arbitrary<string>) =>
  fc
    .record({ phase, trigger, state })
    .chain((alarm) =>
      alarm.trigger === 'performance_degradation'
        ? fc.constantFrom(...variants).map((variant) => ({ ...alarm, variant }))
        : fc.constant(alarm),
    );
const alarm = alarmOf(fc.constantFrom('ALARM', 'ALARM', 'ALARM', 'INSUFFICIENT_DATA', 'OK'));

/** The input of a person's start: most are good, some are refused by name. */
const startInput = fc.oneof(
  { weight: 6, arbitrary: fc.record({ severity: fc.constantFrom('CRITICAL', 'HIGH', 'MEDIUM', 'LOW') }) },
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.record({ only_hosts: fc.subarray([...hosts], { minLength: 1 }) }) },
  { weight: 2, arbitrary: fc.record({ operator: person, reason: fc.constant('by hand') }) },
  { weight: 2, arbitrary: fc.constant({ mode: 'plan' }) },
  { weight: 1, arbitrary: fc.constantFrom({ mode: 'simulate' }, { severty: 'HIGH' }, { only_hosts: ['host-9'] }) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 1 }).map((text) => ({ reason: JSON.parse(text) as unknown })) },
);

const answers = ['rollback', 'rollback', 'rollback', 'rollback', 'stand-down', 'fix-forward', 'maybe'] as const;

/** Everything that can go wrong in an incident, and everything that people do meanwhile. */
export const troubles: readonly Kind[] = [
  { name: 'a fault that stays', weight: 3, trouble: fault.map((one) => [timed({ fault: one })]) },
  {
    name: 'a fault that heals by itself',
    weight: 4,
    trouble: fc
      .tuple(fault, seconds(10, 400))
      .map(([one, after]) => [timed({ fault: one }), timed({ heal: { phase: one.phase } }, after)]),
  },
  { name: 'an alarm that is set', weight: 3, trouble: alarm.map((one) => [timed({ alarm: one })]) },
  {
    name: 'a storm of alarms',
    weight: 2,
    trouble: fc
      .array(fc.tuple(alarm, seconds(0, 15)), { minLength: 3, maxLength: 8 })
      .map((all) => all.map(([one, after]) => timed({ alarm: one }, after))),
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
        fc.record({ lose: seconds(1, 3) }),
        fc.record({ duplicate: seconds(2, 4) }),
        fc.record({ delay: seconds(5, 400).map(during) }),
      )
      .map((change) => [timed({ event: { source: 'aws.cloudwatch', ...change } })]),
  },
  {
    name: 'a start by hand',
    weight: 4,
    trouble: fc.tuple(phase, startInput).map(([one, input]) => [timed({ start: { phase: one, input } })]),
  },
  {
    name: 'answers',
    weight: 8,
    trouble: fc
      .array(fc.tuple(fc.constantFrom(...answers), person, phase, seconds(0, 120)), { minLength: 1, maxLength: 3 })
      .map((all) =>
        all.map(([answer, operator, one, after]) =>
          timed({ answer: { answer, operator, phase: one, reason: 'looked' } }, after),
        ),
      ),
  },
  { name: 'a stop', weight: 2, trouble: phase.map((one) => [timed({ stop: { phase: one } })]) },
  {
    name: 'releases',
    weight: 6,
    trouble: fc
      .tuple(person, fc.array(seconds(0, 600), { minLength: 1, maxLength: 3 }))
      .map(([operator, all]) =>
        all.map((after) => timed({ release: { operator, reason: 'looked at the hosts' } }, after)),
      ),
  },
  {
    name: 'a deployment in mid-rollback',
    weight: 2,
    trouble: phase.map((one) => [timed({ deployed: { phase: one, version: `v9.${one}.0` } })]),
  },
  {
    name: 'a host that goes',
    weight: 4,
    trouble: fc
      .tuple(host, fc.constantFrom('unreachable', 'unreachable', 'unreachable', 'untagged', 'terminated'))
      .map(([name, state]) => [timed({ host: { name, state } })]),
  },
  {
    name: 'a host that goes and returns',
    weight: 4,
    trouble: fc
      .tuple(host, seconds(5, 600))
      .map(([name, after]) => [
        timed({ host: { name, state: 'unreachable' } }),
        timed({ host: { name, state: 'reachable' } }, after),
      ]),
  },
  {
    name: 'a mishap on a host',
    weight: 2,
    trouble: fc
      .tuple(host, fc.constantFrom('dirty-tree', 'disk-full', 'lose-tag', 'press-stop'))
      .map(([name, does]) => [timed({ host: { name, does } })]),
  },
  {
    name: 'a locked database',
    weight: 1,
    trouble: fc
      .tuple(host, seconds(5, 120))
      .map(([name, locked]) => [timed({ host: { name, does: 'lock-database', for: during(locked) } })]),
  },
  {
    name: 'a script that fails, hangs or lies',
    weight: 5,
    trouble: fc
      .tuple(
        fc.constantFrom(...steps),
        host,
        fc.oneof(
          fc.record({ fails: seconds(1, 4) }),
          fc.constant({ hangs: true }),
          fc.record({ says: fc.constantFrom('nothing', 'twice', 'too-much'), times: seconds(1, 3) }),
        ),
      )
      .map(([step, on, misbehaviour]) => [timed({ script: { step, host: on, ...misbehaviour } })]),
  },
  {
    name: 'an AWS action that fails, times out, or is done with its response lost',
    weight: 8,
    trouble: fc
      .tuple(
        fc.constantFrom(...actionFaults),
        fc.constantFrom('ThrottlingException', 'InternalServerError', 'AccessDeniedException', 'NoResponse'),
        fc.oneof(fc.record({ fails: seconds(1, 6) }), fc.record({ for: seconds(10, 180).map(during) })),
        fc.constantFrom({}, { done: true }),
      )
      .map(([action, error, length, done]) => [timed({ aws: { ...action, error, ...length, ...done } })]),
  },
  {
    name: 'a function that is throttled, times out or crashes, perhaps between two of its requests',
    weight: 6,
    trouble: fc
      .tuple(
        fc.constantFrom(...functions),
        fc.oneof(
          fc.constant({ does: 'throttled' }),
          fc.record({ does: fc.constantFrom('times-out', 'crashes') }),
          fc.record({ does: fc.constantFrom('times-out', 'crashes'), after: seconds(1, 12) }),
        ),
        fc.oneof(fc.record({ times: seconds(1, 3) }), fc.record({ for: seconds(10, 180).map(during) })),
      )
      .map(([name, does, length]) => [timed({ function: { name, ...does, ...length } })]),
  },
  {
    name: 'Reconcile off for a while',
    weight: 2,
    trouble: seconds(60, 400).map((off) => [
      timed({ function: { name: 'reconcile', does: 'throttled', for: during(off) } }),
    ]),
  },
  {
    name: 'a host that is stopped and boots',
    weight: 2,
    trouble: fc
      .tuple(host, seconds(5, 400))
      .map(([name, after]) => [
        timed({ host: { name, state: 'stopped' } }),
        timed({ host: { name, state: 'booted' } }, after),
      ]),
  },
  {
    name: 'metrics that are not published',
    weight: 2,
    trouble: fc
      .tuple(phase, seconds(20, 240))
      .map(([one, silent]) => [timed({ silence: { phase: one, for: during(silent) } })]),
  },
];
