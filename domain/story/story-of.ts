import type { RollbackEvent } from '../history/event.ts';
import { recordOf } from '../history/record.ts';
import { calendarOf, notInStories, notOfStories, type Setup } from './around.ts';
import { causesOf, givenOf, secondsToOpening } from './causes.ts';
import { failuresOf } from './failures.ts';
import { peopleOf } from './people.ts';
import type { Told } from './told.ts';

/** A rollback as a rehearsal: the document of a story file, and what it cannot express, one sentence each. */
export type WrittenStory = {
  readonly document: Readonly<Record<string, unknown>>;
  readonly notExpressed: readonly string[];
};

/** Systems Manager takes up to ten minutes to show a host as gone. */
const settlingSeconds = 600;
/** A story has at most so many hosts. */
const mostHosts = 1000;

/**
 * Writes a rollback from its events as a story: what opened it, what failed on hosts, and what people did, each at its time.
 *
 * `environment`: the name of the account's environment. `setup`: its file. Throws if the first event is not the opening.
 */
export function storyOf(environment: string, events: readonly RollbackEvent[], setup: Setup = {}): WrittenStory {
  const record = recordOf(events);
  const settling = record.hosts_not_online.length > 0 ? settlingSeconds : 0;
  const zero = Date.parse(record.start_time) - (settling + secondsToOpening(record)) * 1000;
  const names = namesIn(events);
  const told: Told = { events, record, zero, settling, hostOf: (name) => hostOf(names, name) };
  const { given, notExpressed: ofGiven } = givenOf(told);
  // Failures of hosts come first: the sort keeps the order of entries of one instant.
  const parts = [failuresOf(told), causesOf(told), peopleOf(told)];
  const trust = trustIn(told);
  const when = parts.flatMap((part) => part.when);
  const calendar = calendarOf(told, setup.sessions);
  return {
    document: {
      name: nameOf(record.rollback_id),
      ...(trust ? { trust } : {}),
      ...(calendar ? { calendar } : {}),
      hosts: Math.min(Math.max(names.length, 1), mostHosts),
      ...(given.length > 0 ? { given } : {}),
      when: when.toSorted((a, b) => Number.parseInt(a.at, 10) - Number.parseInt(b.at, 10)),
      // biome-ignore lint/suspicious/noThenProperty: a keyword of stories
      then: {
        phase: record.phases ? 'before' : record.phase,
        ...(record.ending === null ? {} : { ending: record.ending }),
        record: { trigger: record.trigger, severity: record.severity },
      },
    },
    notExpressed: [
      ...ofGiven,
      ...parts.flatMap((part) => part.notExpressed),
      ...renamed(names),
      ...around(environment, told),
      ...notInStories(events),
      ...notOfStories(environment, setup),
    ],
  };
}

const nameOf = (id: string) => `Rollback ${id}`.slice(0, 100);

/** Returns the names of all hosts, so that host-2 comes before host-10. */
function namesIn(events: readonly RollbackEvent[]): string[] {
  const frozen = events.find(({ type }) => type === 'Hosts frozen')?.detail;
  const names = [frozen?.['names'], frozen?.['not_online']].flatMap((one) =>
    Array.isArray(one) ? one.map(String) : [],
  );
  return [...new Set(names)].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** A host keeps its name if all have those of stories. */
function hostOf(names: readonly string[], name: string): string {
  const isOfStories = names.every((one) => /^host-[1-9]\d*$/.test(one) && Number(one.slice(5)) <= names.length);
  if (isOfStories && names.includes(name)) return name;
  const place = names.indexOf(name);
  return `host-${Math.min(place === -1 ? 1 : place + 1, mostHosts)}`;
}

function renamed(names: readonly string[]): string[] {
  const other = names.filter((name) => hostOf(names, name) !== name);
  if (other.length === 0) return [];
  const shown = other.slice(0, 20).map((name) => `${hostOf(names, name)} is ${name}`);
  return [`Hosts have other names: ${shown.join(', ')}${other.length > 20 ? `, and ${other.length - 20} more` : ''}.`];
}

/** Returns the trust that an alarm had: the reasons of its decisions name one that is less than auto. */
function trustIn({ record, events }: Told): string | undefined {
  if (!record.alarm) return undefined;
  const why = events.flatMap(({ type, detail }) =>
    type === 'Decided' || type === 'Question asked' ? ((detail['why'] ?? []) as string[]) : [],
  );
  return /\(trust: (observe|approve)\)/.exec(why.join(' '))?.[1] ?? 'auto';
}

/** Returns what was around the rollback and is no part of its record. */
function around(environment: string, { record, events }: Told): string[] {
  const has = (...types: readonly RollbackEvent['type'][]) => events.some(({ type }) => types.includes(type));
  const permit = events.find(({ type, detail }) => type === 'Question asked' && detail['kind'] === 'permit')?.detail;
  return [
    ...(environment === 'local'
      ? []
      : [
          `The settings of ${environment}, such as deadlines and caps, and the software of its hosts: the story has those of local.`,
        ]),
    ...(permit
      ? [`The cause of the permit, unless the story has it: ${((permit['why'] ?? []) as string[]).join(' ')}`]
      : []),
    ...(has('Waiting for the fleet', 'Fleet lent') ? ['Another rollback held the fleet meanwhile.'] : []),
    ...(record.deployed_during.length > 0 ? ['A deployment was recorded while it ran.'] : []),
    ...(has('Message not sent') ? ['Messages that AWS did not accept at first.'] : []),
    ...(record.history_late > 0 ? ['The history table refused writes for a time.'] : []),
    ...(has('Recovery not confirmed') && record.problem ? [`Recovery was not confirmed: ${record.problem}`] : []),
    ...(record.ending === null ? ['It has not ended yet: the story expects no ending.'] : []),
  ];
}
