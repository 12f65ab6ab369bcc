import fc from 'fast-check';
import { hosts, phases } from './names.ts';
import { fault, type Timed, troubles } from './troubles.ts';

/** A story as its file has it: durations are texts. */
export type StoryDocument = {
  readonly name: string;
  readonly environment: string;
  readonly hosts: number;
  readonly given: readonly Readonly<Record<string, unknown>>[];
  readonly when: readonly Readonly<Record<string, unknown>>[];
  readonly then: unknown;
};

/** Most troubles of one incident: more of them hide each other. */
export const mostTroubles = 7;

/** Seconds from the beginning of an incident to a trouble: most happen while the first rollback acts. */
const beginning = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 180 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 900 }) },
);

const trouble = fc
  .tuple(
    beginning,
    fc.oneof(...troubles.map(({ weight, trouble }) => ({ weight, arbitrary: trouble }))) as fc.Arbitrary<
      readonly Timed[]
    >,
  )
  .map(([at, actions]) => actions.map(({ after, action }) => ({ at: at + after, action })));

/** The faults with which an incident begins, in one to four phases: without one nothing would happen. */
const causes = fc
  .tuple(
    fc
      .constantFrom(1, 1, 1, 2, 2, 3, 4)
      .chain((count) => fc.shuffledSubarray([...phases], { minLength: count, maxLength: count })),
    fc.array(fc.tuple(fault, beginning), { minLength: phases.length, maxLength: phases.length }),
  )
  .map(([failing, faults]) =>
    failing.flatMap((phase, i) =>
      faults.slice(i, i + 1).map(([one, at]) => ({ at: i === 0 ? 0 : at, action: { fault: { ...one, phase } } })),
    ),
  );

const deployed = fc.record({
  phases: fc.subarray([...phases], { minLength: phases.length - 1 }),
  minutes: fc.constantFrom(1, 1, 1, 2, 5),
});

/** An incident: a story with deployments, a fault, and whatever else goes wrong or is done by people meanwhile. */
export const incidentIn = (environment: string, most = mostTroubles): fc.Arbitrary<StoryDocument> =>
  fc
    .record({
      hosts: fc.constantFrom(2, 2, 2, 1, hosts.length),
      deployed,
      causes,
      troubles: fc.array(trouble, { maxLength: most }),
    })
    .map(({ hosts: count, deployed: before, causes: first, troubles: others }) => ({
      name: 'An incident',
      environment,
      hosts: count,
      given: before.phases.map((phase) => ({
        deployed: { phase, version: `v1.${phase}.0`, at: `-${before.minutes}m` },
      })),
      when: [...first, ...others.flat()]
        .map(({ at, action }) => ({ at, ...withinHosts(action, count) }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ at, ...action }) => ({ at: `${at}s`, ...action })),
      // biome-ignore lint/suspicious/noThenProperty: a keyword of stories
      then: {},
    }));

/** Returns the action on a host that this incident has: the hosts are drawn before their number is known. */
function withinHosts(action: Timed['action'], count: number): Timed['action'] {
  const named = (text: string) => `host-${((Number(text.slice('host-'.length)) - 1) % count) + 1}`;
  const { host, script, start } = action as {
    host?: { name: string };
    script?: { host: string };
    start?: { input?: { only_hosts?: readonly string[] } };
  };
  if (host) return { host: { ...host, name: named(host.name) } };
  if (script) return { script: { ...script, host: named(script.host) } };
  const only = start?.input?.only_hosts;
  if (start && only && !only.includes('host-9'))
    return { start: { ...start, input: { only_hosts: [...new Set(only.map(named))] } } };
  return action;
}
