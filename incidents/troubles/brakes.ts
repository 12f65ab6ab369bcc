import fc from 'fast-check';
import type { HeldKind } from '../../domain/brakes/brakes.ts';
import { type Kind, person, phase, seconds, timed } from './kind.ts';

// Changes of the brakes by people: pauses, freezes and blocked versions, each mostly ended again, and resets of budgets.

const by = (reason: string) => fc.record({ operator: person, reason: fc.constant(reason) });

/** Mostly of every phase: then it concerns whatever goes wrong. */
const place = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: phase.map((one) => ({ phase: one })) },
);

const ends = fc.option(seconds(10, 600), { nil: undefined, freq: 4 });

/** A brake that is set, and mostly ended again, perhaps by another person. */
const held = (kind: HeldKind, more: fc.Arbitrary<object>) =>
  fc.tuple(place, more, by('the exchange called'), by('it is over'), ends).map(([where, what, one, other, after]) => {
    const version = 'version' in what ? { version: what.version } : {};
    return [
      timed({ brakes: { action: kind, ...where, ...what, ...one } }),
      ...(after === undefined
        ? []
        : [timed({ brakes: { action: `un${kind}`, ...where, ...version, ...other } }, after)]),
    ];
  });

const nothingMore = fc.constant({});
/** Seldom: most rollbacks under it then need a person. */
const perhapsNow = fc.oneof(
  { weight: 5, arbitrary: nothingMore },
  { weight: 1, arbitrary: fc.constant({ now: true }) },
);

export const brakeTroubles: readonly Kind[] = [
  { name: 'a pause, perhaps of running rollbacks', weight: 4, trouble: held('pause', perhapsNow) },
  { name: 'a freeze of deployments', weight: 1, trouble: held('freeze', nothingMore) },
  {
    name: 'a blocked version',
    weight: 1,
    // Mostly what a rollback restores: the targets of the runbooks.
    trouble: held(
      'block',
      fc.record({ version: fc.constantFrom('pre-phase1-stable', 'phase2-rollback', 'pre-phase3', 'v1.4.0') }),
    ),
  },
  {
    name: 'a reset of a budget',
    weight: 1,
    trouble: fc
      .tuple(phase, by('cause found'))
      .map(([one, who]) => [timed({ brakes: { action: 'arm', phase: one, ...who } })]),
  },
  {
    name: 'a change of the brakes without need, mostly refused',
    weight: 1,
    trouble: fc
      .tuple(fc.constantFrom('unpause', 'unfreeze', 'unblock', 'arm'), place, by('to be sure'))
      .map(([action, where, who]) => [
        timed({ brakes: { action, ...where, ...(action === 'unblock' ? { version: 'v1.4.0' } : {}), ...who } }),
      ]),
  },
];
