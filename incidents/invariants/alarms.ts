import type { Evidence, Rollback } from '../evidence.ts';
import { type Invariant, milliseconds, named } from './invariant.ts';

type Red = { readonly alarm: string; readonly since: string };

/** Milliseconds after which a red alarm must be answered: Reconcile finds a lost one after 90 s, at its next minute. */
const ANSWERED_WITHIN = 4 * 60_000;

export const redAlarmsAreCovered: Invariant = {
  name: 'red-alarms-are-covered',
  says: 'Every alarm that stays red is answered, and by no rollback that does not cover it.',
  breaks: (evidence) =>
    redAtTheEnd(evidence)
      .filter(({ since }) => evidence.end - milliseconds(since) > ANSWERED_WITHIN)
      .flatMap((red) => uncovered(evidence, red)),
};

/**
 * Most pages for one change of an alarm's state: its rollback's, and those of the ones that Reconcile starts for it later. Those that
 * an outage kept from being opened do not count: another one tries every few minutes until the outage is over.
 */
const MOST_PAGES = 3;

export const alarmsPageFewTimes: Invariant = {
  name: 'alarms-page-few-times',
  says: `One change of an alarm's state has at most ${MOST_PAGES} rollbacks that page a person.`,
  breaks: ({ rollbacks }) => {
    const paged = rollbacks.flatMap(({ record, events, messages }) =>
      record?.alarm &&
      events.some(({ type }) => type === 'Decided') &&
      messages.some(({ attributes }) => attributes['message'] === 'needs-a-person')
        ? [`${record.alarm.name}, red since ${record.alarm.changed_at}`]
        : [],
    );
    return [...Map.groupBy(paged, (one) => one)]
      .filter(([, { length }]) => length > MOST_PAGES)
      .map(([one, { length }]) => `${one}, had ${length} rollbacks that paged a person`);
  },
};

/** Returns the alarms of phases that are red at the end, each with the instant at which it went red. */
function redAtTheEnd({ happened }: Evidence): Red[] {
  const last = new Map<string, { to: string; at: string }>();
  for (const { event, alarm, to, at } of happened)
    if (event === 'AlarmStateChanged' && /-phase-\d+-/.test(String(alarm)))
      last.set(String(alarm), { to: String(to), at: String(at) });
  return [...last].filter(([, { to }]) => to === 'ALARM').map(([alarm, { at }]) => ({ alarm, since: at }));
}

function uncovered({ state, rollbacks }: Evidence, { alarm, since }: Red): string[] {
  const claim = state.find(({ pk, sk }) => pk === `ALARM#${alarm}` && milliseconds(sk) === milliseconds(since));
  const claimed = rollbacks.find(({ id }) => id === claim?.['rollback']);
  // A rollback of few ill hosts gives its alarms up at its end, and Reconcile then starts another one for them.
  const hasJoined = !claimed || claimed.record?.ending === 'Joined the active rollback';
  const answering = (hasJoined ? joinedBy(rollbacks, { alarm, since }) : undefined) ?? claimed;
  const red = `${alarm} is red since ${since}`;
  if (!answering) return pagedSince(rollbacks, alarm, since) ? [] : [`${red}, and no rollback answers it`];
  const { record } = answering;
  if (!record)
    return pagedSince(rollbacks, alarm, since) ? [] : [`${red}; ${named(answering)} answers it without a record`];
  if (record.only_hosts !== null && record.operator !== 'reconcile' && !isPaged(answering, since))
    return [`${red}; ${named(answering)} answers it, which covers only ${record.only_hosts.join(', ')}`];
  if (['Rolled back', 'Stale alarm ignored', 'Planned', 'Not planned'].some((one) => one === record.ending))
    return [`${red}; ${named(answering)} answers it and ended ${record.ending}`];
  return [];
}

/** Returns the newest rollback that an alarm's change of state has joined. */
const joinedBy = (rollbacks: readonly Rollback[], { alarm, since }: Red): Rollback | undefined =>
  rollbacks.findLast(({ record }) =>
    record?.joined.some((one) => one.alarm === alarm && milliseconds(one.changed_at) === milliseconds(since)),
  );

/** Whether a person was paged for the alarm's phase after it went red. */
const pagedSince = (rollbacks: readonly Rollback[], alarm: string, since: string): boolean =>
  rollbacks.some(
    (one) =>
      (one.record?.phases ?? [one.phase]).some((phase) => alarm.includes(`-phase-${phase}-`)) && isPaged(one, since),
  );

/** Whether a rollback paged a person after an instant. One of a few ill hosts that stops before it begins keeps its alarms. */
const isPaged = ({ messages }: Rollback, since: string): boolean =>
  messages.some(({ at, attributes }) => attributes['message'] === 'needs-a-person' && at >= since);
