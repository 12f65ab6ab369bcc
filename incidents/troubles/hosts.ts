import fc from 'fast-check';
import { steps } from '../names.ts';
import { host, type Kind, lasting, seconds, timed } from './kind.ts';

// Troubles of single hosts. `withinHosts` in arbitrary.ts turns an event of an instance into that of a hybrid node.

const away = (states: readonly [string, string], most: number) =>
  fc
    .tuple(host, seconds(5, most))
    .map(([name, after]) => [
      timed({ host: { name, state: states[0] } }),
      timed({ host: { name, state: states[1] } }, after),
    ]);

export const hostTroubles: readonly Kind[] = [
  { name: 'a host that goes and returns', weight: 5, trouble: away(['unreachable', 'reachable'], 400) },
  { name: 'a host that is stopped and boots', weight: 2, trouble: away(['stopped', 'booted'], 400) },
  { name: 'a host that loses its tag and gets it back', weight: 2, trouble: away(['untagged', 'tagged'], 400) },
  {
    name: 'a host that reboots',
    weight: 2,
    trouble: fc.record({ name: host, reboots: lasting(5, 240) }).map((one) => [timed({ host: one })]),
  },
  {
    name: 'a host that goes for good',
    weight: 4,
    trouble: fc
      .record({ name: host, state: fc.constantFrom('unreachable', 'untagged', 'terminated', 'stopped') })
      .map((one) => [timed({ host: one })]),
  },
  {
    name: 'a mishap on a host',
    weight: 2,
    trouble: fc
      .record({
        name: host,
        does: fc.constantFrom(
          ...['dirty-tree', 'dirty-tree', 'disk-full', 'lose-tag', 'move-tag', 'press-stop'],
          ...['move-prepared-tags', 'truncate-backup', 'disk-nearly-full'],
        ),
      })
      .map((one) => [timed({ host: one })]),
  },
  {
    name: "a preparation's tag that is gone or was moved",
    weight: 1,
    trouble: fc
      .record({
        name: host,
        does: fc.constantFrom('lose-tag', 'move-tag'),
        with: fc.constantFrom(1, 1, 2, 3).map((one) => `rollback/phase-${one}/before-v1.4.0`),
      })
      .map((one) => [timed({ host: one })]),
  },
  {
    name: 'a locked database',
    weight: 1,
    trouble: fc
      .record({ name: host, does: fc.constant('lock-database'), for: lasting(5, 120) })
      .map((one) => [timed({ host: one })]),
  },
  {
    name: 'an agent with stale flags',
    weight: 2,
    trouble: fc
      .record({ name: host, flags: fc.constant('stale'), for: lasting(10, 240) }, { requiredKeys: ['name', 'flags'] })
      .map((one) => [timed({ host: one })]),
  },
  {
    name: 'a clock that is ahead or behind',
    weight: 2,
    trouble: fc
      .tuple(host, fc.constantFrom('+90s', '-90s', '+10m', '-10m'), fc.option(seconds(10, 300), { nil: undefined }))
      .map(([name, clock, after]) => [
        timed({ host: { name, clock } }),
        ...(after === undefined ? [] : [timed({ host: { name, clock: '+0s' } }, after)]),
      ]),
  },
  {
    name: 'a script that fails, hangs or lies',
    weight: 5,
    trouble: fc
      .tuple(
        fc.constantFrom(...steps),
        host,
        fc.oneof(
          fc.record({ fails: seconds(1, 2) }),
          fc.record({ fails: seconds(3, 4) }),
          fc.record({ hangs: fc.constant(true), times: seconds(1, 2) }, { requiredKeys: ['hangs'] }),
          fc.record({ says: fc.constantFrom('nothing', 'twice', 'too-much'), times: seconds(1, 3) }),
        ),
      )
      .map(([step, on, misbehaviour]) => [timed({ script: { step, host: on, ...misbehaviour } })]),
  },
];
