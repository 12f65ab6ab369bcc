import fc from 'fast-check';
import { hosts, phases } from './names.ts';
import { host, person, seconds, severalTimes, type Timed, timed } from './troubles/kind.ts';
import { alarm, fault } from './troubles/metrics.ts';
import { release } from './troubles/people.ts';
import { troublesIn } from './troubles.ts';
import { withinFleet } from './within-fleet.ts';

/** A story as its file has it: durations are texts. */
export type StoryDocument = {
  readonly name: string;
  readonly environment: string;
  readonly trust?: string;
  readonly host_cap?: Readonly<Record<string, unknown>>;
  readonly hosts: number;
  readonly hybrid?: number;
  readonly given: readonly Readonly<Record<string, unknown>>[];
  readonly when: readonly Readonly<Record<string, unknown>>[];
  readonly then: unknown;
};

/** Most troubles of one incident, and most releases: more of them hide each other. */
export const mostTroubles = 6;

type At = { readonly at: number; readonly action: Timed['action'] };
const at = (begin: number, actions: readonly Timed[]): At[] =>
  actions.map(({ after, action }) => ({ at: begin + after, action }));

/** Seconds from the beginning of an incident to a trouble: most happen while the first rollbacks act. */
const beginning = fc.oneof({ weight: 5, arbitrary: seconds(0, 180) }, { weight: 3, arbitrary: seconds(0, 900) });

const trouble = (environment: string) =>
  fc
    .tuple(
      beginning,
      fc.oneof(...troublesIn(environment).map((kind) => ({ weight: kind.weight, arbitrary: kind.trouble }))),
    )
    .map(([begin, actions]) => at(begin, actions as readonly Timed[]));

/** Seconds after a fault at which somebody who watches answers: alarms go red after 10 to 180 s. */
const watching = fc.uniqueArray(fc.constantFrom(45, 90, 150, 240), { maxLength: 3, size: 'max' });

/**
 * A fault and its usual circumstances: new code, other alarms of the phase, and answers of the people on call. Most faults
 * end by themselves, so that a rollback can end well.
 */
const wave = fc
  .record({
    fault,
    /** The code of an earlier rollback no longer has what the fault strikes. `replaces`: it replaces a version that is verified. */
    deployed: fc.oneof(
      { weight: 4, arbitrary: fc.constant('no' as const) },
      { weight: 1, arbitrary: fc.constant('unprepared' as const) },
      { weight: 1, arbitrary: fc.constant('replaces' as const) },
    ),
    alarms: severalTimes(
      alarm.map((one) => ({ alarm: one })),
      30,
      { minLength: 0, maxLength: 3 },
    ),
    heals: fc.option(seconds(20, 200), { nil: undefined, freq: 6 }),
    answered: watching,
    by: person,
    /** Mostly every host is ill. A rollback asks about one that is while its peers are well. */
    ill: fc.oneof(
      { weight: 11, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.record({ host, answer: fc.constantFrom('ill-hosts', 'ill-hosts', 'rollback') }) },
    ),
  })
  .map(({ fault: every, deployed: isNew, alarms, heals, answered, by, ill }): readonly Timed[] => {
    const { host: only, answer = 'rollback' } = ill as { readonly host?: string; readonly answer?: string };
    const one = { ...every, ...(only ? { host: only } : {}) };
    return [
      ...(isNew === 'unprepared' ? newCode(one.phase) : []),
      ...(isNew === 'replaces' ? replacing(one.phase) : []),
      timed({ fault: one }, isNew === 'replaces' ? preparedAfter + 2 : 0),
      ...alarms.map(({ after, action }) =>
        timed({ alarm: { ...(action['alarm'] as object), phase: one.phase } }, after),
      ),
      ...(heals === undefined ? [] : [timed({ heal: { phase: one.phase } }, heals)]),
      ...answered.map((after) =>
        timed({ answer: { answer, operator: by, phase: one.phase, reason: 'looked' } }, after),
      ),
    ];
  });

const newCode = (phase: number, after = 0): Timed[] => [
  timed({ code: { version: 'v1.4.0' } }, after),
  timed({ deployed: { phase, version: 'v1.4.0' } }, after),
];

/** Seconds that a preparation takes at most if nothing disturbs it. */
const preparedAfter = 40;

/** A version that is verified, and the one that replaces it after a preparation: a rollback may go back to the first. */
const replacing = (phase: number): Timed[] => [
  timed({ code: { version: 'v1.3.1' } }),
  timed({ deployed: { phase, version: 'v1.3.1' } }),
  timed({ verified: { phase, version: 'v1.3.1' } }, 4),
  timed({ prepare: { phase, version: 'v1.4.0' } }, 5),
  ...newCode(phase, preparedAfter),
];

/** Seconds between the beginnings of two waves: both at once, one while the other acts, or one after the other's end. */
const apart = fc.oneof(
  { weight: 2, arbitrary: seconds(0, 20) },
  { weight: 4, arbitrary: seconds(20, 180) },
  { weight: 2, arbitrary: seconds(180, 400) },
);

/** The faults of an incident: mostly one phase after the other, at times one phase again. `most`: after the first one. */
const waves = (most: number) =>
  fc
    .tuple(
      fc.shuffledSubarray([...phases], { minLength: phases.length }),
      wave,
      fc.array(fc.tuple(apart, wave), { minLength: Math.min(2, most), maxLength: Math.min(5, most), size: 'max' }),
    )
    .map(([order, first, others]) => {
      const begin = (i: number) => others.slice(0, i + 1).reduce((sum, [after]) => sum + after, 0);
      const inPhase = (one: readonly Timed[], i: number) => {
        const phase = order[i % order.length] ?? 1;
        const own = one.map(({ after, action }) => timed(ofPhase(action, phase), after));
        return own.some(({ action }) => 'verified' in action) ? [...othersVerified(phase), ...own] : own;
      };
      return [...at(0, inPhase(first, 0)), ...others.flatMap(([, one], i) => at(begin(i), inPhase(one, i + 1)))];
    });

/** A tree has the code of all phases, so a rollback goes back to a replaced version only if that of the others is verified. */
const othersVerified = (phase: number): Timed[] =>
  phases.filter((one) => one !== phase).map((one) => timed({ verified: { phase: one, version: `v1.${one}.0` } }, 4));

/** Returns the action in another phase, if it names one. */
const ofPhase = (action: Timed['action'], phase: number): Timed['action'] =>
  Object.fromEntries(
    Object.entries(action).map(([key, value]) => {
      const fields = value as Readonly<Record<string, unknown>>;
      return [key, 'phase' in fields ? { ...fields, phase } : fields];
    }),
  );

/** Releases by whoever looks at the hosts every few minutes: a rollback that needs a person keeps the fleet until then. */
const releases = (most: number) =>
  fc
    .tuple(
      fc.uniqueArray(fc.constantFrom(200, 320, 440, 560, 700, 900, 1100), { maxLength: most, size: 'max' }),
      release,
    )
    .map(([instants, one]) => instants.map((instant) => ({ at: instant, action: one })));

const deployed = fc.record({
  phases: fc.oneof(
    { weight: 7, arbitrary: fc.constant<number[]>([...phases]) },
    { weight: 1, arbitrary: fc.subarray<number>([...phases], { minLength: 1 }) },
  ),
  minutes: fc.constantFrom(1, 1, 1, 2, 5),
});

const trust = fc.oneof(
  { weight: 16, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.constantFrom('auto', 'approve') },
  { weight: 1, arbitrary: fc.constant('observe') },
);

/** Mostly none. A cap of two is reached by a fleet of three, or by a host that is back. */
const hostCap = fc.oneof(
  { weight: 16, arbitrary: fc.constant(undefined) },
  {
    weight: 3,
    arbitrary: fc.record({ most: fc.constantFrom(1, 2, 2, 3), within: fc.constantFrom('10m', '20m', '1h') }),
  },
);

/** An incident: a story with deployments, faults, and whatever else goes wrong or is done by people meanwhile. */
export const incidentIn = (environment: string, most = mostTroubles): fc.Arbitrary<StoryDocument> =>
  fc
    .record({
      hosts: fc.constantFrom(3, 3, 2, 2, hosts.length, 1),
      hybrid: fc.constantFrom(0, 0, 0, 0, 1, 2),
      trust,
      hostCap,
      deployed,
      waves: waves(most),
      releases: releases(most),
      // fast-check prefers short arrays in its first runs, and each incident is one: most then had no trouble at all.
      troubles: fc.noBias(fc.array(trouble(environment), { maxLength: most, size: 'max' })),
    })
    .map(({ hosts: count, hybrid: outside, trust, hostCap, deployed: before, ...drawn }) => {
      const hybrid = Math.min(outside, count);
      return {
        name: 'An incident',
        environment,
        ...(trust ? { trust } : {}),
        ...(hostCap ? { host_cap: hostCap } : {}),
        hosts: count,
        ...(hybrid > 0 ? { hybrid } : {}),
        given: before.phases.map((phase) => ({
          deployed: { phase, version: `v1.${phase}.0`, at: `-${before.minutes}m` },
        })),
        when: [...drawn.waves, ...drawn.releases, ...drawn.troubles.flat()]
          .map((one) => ({ at: one.at, ...withinFleet(one.action, { hosts: count, hybrid }) }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ at: instant, ...action }) => ({ at: `${instant}s`, ...action })),
        // biome-ignore lint/suspicious/noThenProperty: a keyword of stories
        then: {},
      };
    });
