/**
 * The items and keys of the two tables. Both tables have a partition key `pk` and a sort key `sk`, both strings.
 *
 * **history**: the history of every rollback, for the auditor. Items are added; only RECORD, HOST and STATS items are replaced.
 *
 * | pk            | sk                     | item                                                      |
 * | ------------- | ---------------------- | --------------------------------------------------------- |
 * | `RECORD#<id>` | `RECORD`               | the rollback's summary, a projection of its events        |
 * | `EVENT#<id>`  | `00000001`             | one event, with the hash of the previous one              |
 * | `EVENT##brakes` | `00000001`           | one change of the brakes or of a flag by a person, chained as the events of a rollback |
 * | `HOST#<id>`   | `<step>#<instance id>` | one host's verdict and report on one step, latest attempt |
 * | `CHAIN#<month>` | `00000001`           | one link: a rollback opened, its history was sealed, the brakes changed, or the month ended |
 * | `CHAIN`       | `<month>`              | that the month has links                                  |
 * | `STATS#<month>` | `<generation>#<mode>#<phase>#<trigger>` | counters of a month's rollbacks, or of its failed deployments |
 * | `STATS#COUNTED#<id>` | `<generation>`  | what the counters have of one rollback or failed deployment |
 * | `STATS#FAILED#<month>` | `<phase>#<at>#<rollback>` | a rollback of a deployment of this month        |
 * | `STATS`       | `COUNTED`, `<month>`   | how far the links are counted; the generation of a month's counters |
 * | `CHAIN#first` | `00000001`             | the month of the very first link                          |
 *
 * RECORD and HOST items also have the index attributes of domain/history/record-index.ts. Each index `by-<facet>` has the
 * partition key `by_<facet>`, the sort key `started`, and holds `summary`.
 *
 * **state**: the current state, for the machines.
 *
 * | pk              | sk            | item                                                            |
 * | --------------- | ------------- | --------------------------------------------------------------- |
 * | `FLEET#<name>`  | `LOCK`        | the holder of the fleet: rollback, execution_arn, fence, touched |
 * | `FLEET#<name>`  | `FENCE`       | the number of times the fleet was taken                         |
 * | `FLEET#<name>`  | `WAITER#<rollback>` | a rollback that waits for the fleet: phase, severity, deployed, opened, part, touched |
 * | `FLEET#<name>`  | `HALF#<rollback>` | a rollback that stopped half way and whose fleet a person released: left, only_hosts, released_by, released_at |
 * | `PHASE#<n>`     | `OPEN`        | the phase's live rollback: rollback, execution_arn              |
 * | `PHASE#<n>`     | `OPEN#<rollback>` | a live rollback of a few hosts, which no alarm joins: rollback, execution_arn, only_hosts |
 * | `PHASE#<n>`     | `DEPLOYED#<at>` | a deployment of the phase: version, at, hosts (canary), frozen, rolled_back, watched, withdrawn |
 * | `PHASE#<n>`     | `PREPARED#<version>` | the preparation of a version: commit, hashes and hosts    |
 * | `PHASE#<n>`     | `READY`, `READY#<version>` | whether the phase can be rolled back, by the newest check: state, version, at, lines, asked |
 * | `PHASE#<n>`     | `LOADED`      | the newest load test of the phase: passed, at, version, hosts, by |
 * | `CONTACTS`      | `CONFIRMED`   | the newest confirmation of the contacts: operator, at, contacts, by |
 * | `ALARM#<name>`  | `<changed_at>` | the rollback that handled this change of state                 |
 * | `PHASE#<n>`     | `BEGAN#<start>#<rollback>` | a rollback that acted, with its end; by (automation, person); hosts, if a cap counts them |
 * | `PAUSE`         | `PAUSE`       | automation is paused: operator, reason, at, by                  |
 * | `PAUSE`         | `PHASE#<n>`   | automation of the phase is paused: phase, operator, reason, at, by |
 * | `PAUSE`         | `FREEZE`, `FREEZE#<n>` | deployments are frozen: phase, operator, reason, at, by |
 * | `PAUSE`         | `BLOCKED#<version>`, `BLOCKED#<version>#<n>` | no rollback restores the version: the same, version; rollback, if one undid it |
 * | `PAUSE`         | `ARMED#<n>`   | the newest reset of the phase's budget: phase, operator, reason, at, by |
 * | `QUESTION#<id>#<n>` | `QUESTION` | a question to people, with its deadline                        |
 * | `QUESTION#<id>#<n>` | `DECISION#0001` | an answer, its verified principal, or no answer, if domain/proof shows that |
 * | `TOKEN#<id>#<n>` | `TOKEN`      | the task token that wakes the machine that waits for the answer  |
 * | `QUESTIONS`     | `<asked_at>#<id>#<n>` | an index of questions by time; the newest are read      |
 * | `PHASE#<n>`     | `ROW WINDOW`  | the instant since which rows are suspect, until a rollback ends well |
 * | `ROLLBACK#<id>` | `FROZEN`      | the rollback's hosts, documents and row window, frozen at the opening |
 * | `ROLLBACK#<id>` | `ENDED`       | how the rollback ended: ending, problem, at. Whoever stores it first decides it |
 * | `UNREACHED`     | `<phase>#<instance id>` | a host that a rollback could not reach: rollback, name         |
 * | `UNREACHED`     | `SKIPPED#<phase>` | the first step of the phase that people skipped on every host: phase, step, rollback, since |
 * | `SEEN`          | `<instance id>` | a host that was in the inventory: name, seen_at                 |
 * | `UNSENT`        | `<rollback>#<message>` | a message that SNS did not accept, or that of an ending which an execution is about to send |
 * | `UNSENT`        | `<rollback>#calls` | a rollback that ended *Needs a person*: calls about it are owed until somebody has heard them |
 * | `ROLLBACK#<id>` | `STEP#<step>` | the step's newest attempt: its commands and the instant when it times out |
 * | `LATE#<id>`     | `1#…`, `2#…`, `3#…` | an event, verdict or link that the history table has not accepted yet |
 * | `LATE`          | `<rollback>`  | a rollback with such entries                                    |
 * | `DRILLS`        | `HELD#<phase>#<trigger>` | the newest drill of the pair that did not yield: rollback, at, ending, slow, documents, problem |
 * | `DRILLS`        | `OPEN#<rollback>` | a drill or a plan that has not ended: rollback, execution_arn, phase, mode |
 * | `DRILLS`        | `SINCE`       | since when drills are due in this environment: at               |
 * | `DRILLS`        | `PASSED#<n>`  | the phase's newest drill that passed: rollback, at, documents   |
 * | `REVIEW`        | `<due>#<rollback>` | a rollback that a second person must still review            |
 * | `TASKS`       | `<due>#<rollback>#<n>` | an open task of a follow-up: rollback, phase, number, due, since, told |
 * | `INDEXED`       | `HISTORY`     | how far items of an older version have got their index attributes |
 * | `EXPORTED`      | `HISTORY`     | the last link that is exported: month, sequence                 |
 * | `TRANSITIONS`   | `<rollback>`  | a rollback with transitions that EventBridge may still get: rollback, at |
 * | `TRANSITIONS#links` | `LINKS`   | the last link whose rollback is noted there: month, sequence, since |
 * | `TRANSITIONS#<id>` | `SENT`     | the last event of the rollback that EventBridge has: sequence   |
 * | `TRUTH`         | `FILES`       | the hosts whose files differ by content, by the newest check that read all files: fence, read_at, differences |
 * | `TRUTH`         | `TRUTH`       | whether hosts are as deployed, by the newest comparison, and the look that the next run reads |
 * | `DOCUMENTS`     | `CHECKED`     | which version of each document had the reviewed content when it was last checked |
 *
 * IAM checks partition keys only, so an item that a function may delete never shares one with an item that it may not.
 * Grants, functions and the command line build every key with this file.
 */
export type Key = { readonly pk: string; readonly sk: string };

export const recordKey = (rollback: string): Key => ({ pk: `RECORD#${rollback}`, sk: 'RECORD' });
export const eventsOf = (rollback: string) => `EVENT#${rollback}`;
export const eventKey = (rollback: string, sequence: number): Key => ({
  pk: eventsOf(rollback),
  sk: String(sequence).padStart(8, '0'),
});
/**
 * The changes of the brakes and of flags by people, in the place of a rollback's id: roles deny to change its events as those of rollbacks. No
 * rollback has this id, because an execution's name may not contain `#` (Step Functions API, StartExecution).
 */
export const brakesChain = '#brakes';
/** The id of a look at hosts begins with it, and no rollback's does: a look is never read as part of a rollback. */
export const lookPrefix = 'look_';
/** The id of a run of prepare-deployment begins with it. It has HOST items and no events, as a look has. */
export const preparePrefix = 'prepare_';
/** The id of a check of readiness begins with it. It has HOST items and no events, as a look has. */
export const readyPrefix = 'ready_';
/** The id of a look that compares hosts begins with it. It has no items in the history. */
export const truthPrefix = 'truth_';
/** Whether an id under which hosts report is that of a rollback. */
export const isRollbackId = (id: string): boolean =>
  [lookPrefix, preparePrefix, readyPrefix].every((prefix) => !id.startsWith(prefix));
export const hostsOf = (rollback: string) => `HOST#${rollback}`;
export const hostKey = (rollback: string, step: string, instanceId: string): Key => ({
  pk: hostsOf(rollback),
  sk: `${step}#${instanceId}`,
});
/** `*` is every month, for grants. A month is `2026-11`. */
export const linksOf = (month: string) => `CHAIN#${month}`;
export const linkKey = (month: string, sequence: number): Key => ({
  pk: linksOf(month),
  sk: String(sequence).padStart(8, '0'),
});
/** The months that have links are found under this key. */
export const monthsOf = 'CHAIN';
export const firstMonthKey: Key = { pk: linksOf('first'), sk: '00000001' };
export const monthKey = (month: string): Key => ({ pk: monthsOf, sk: month });

/** Reconcile's progress: how far the links are counted, and each month's generation of counters. */
export const statisticsOf = 'STATS';
export const countedUpToKey: Key = { pk: statisticsOf, sk: 'COUNTED' };
export const monthStateKey = (month: string): Key => ({ pk: statisticsOf, sk: month });
/** `*`: every item of statistics but `STATS` itself, for grants. A month is `2026-11`. */
export const countersOf = (month: string) => `STATS#${month}`;
/** Counters that were rebuilt have the next generation. The beginning of a sort key without mode or phase matches all. */
export const countersKey = (
  {
    month,
    ...cell
  }: { readonly month: string; readonly mode: string; readonly phase: number; readonly trigger: string },
  generation: number,
): Key => ({ pk: countersOf(month), sk: `${generationKey(generation)}#${cell.mode}#${cell.phase}#${cell.trigger}` });
export const generationKey = (generation: number) => String(generation).padStart(4, '0');
export const countedKey = (id: string, generation: number): Key => ({
  pk: `STATS#COUNTED#${id}`,
  sk: generationKey(generation),
});
export const failuresOf = (month: string) => `STATS#FAILED#${month}`;
/** Every failure of one deployment begins with `<phase>#<at>#`. */
export const failureKey = (phase: number, deployedAt: string, rollback: string): Key => ({
  pk: failuresOf(new Date(deployedAt).toISOString().slice(0, 7)),
  sk: `${phase}#${deployedAt}#${rollback}`,
});

export const lockKey = (fleet: string): Key => ({ pk: `FLEET#${fleet}`, sk: 'LOCK' });
export const fenceKey = (fleet: string): Key => ({ pk: `FLEET#${fleet}`, sk: 'FENCE' });
export const waiterPrefix = 'WAITER#';
export const waiterKey = (fleet: string, rollback: string): Key => ({
  pk: lockKey(fleet).pk,
  sk: `${waiterPrefix}${rollback}`,
});
export const halfPrefix = 'HALF#';
export const halfKey = (fleet: string, rollback: string): Key => ({
  pk: lockKey(fleet).pk,
  sk: `${halfPrefix}${rollback}`,
});
/** Returns a phase's partition key; `*` matches every phase, for grants. */
export const phaseOf = (phase: number | '*') => `PHASE#${phase}`;
export const openKey = (phase: number): Key => ({ pk: phaseOf(phase), sk: 'OPEN' });
/** The claims on a phase: that of the rollback which alarms join, and those of rollbacks of a few hosts. */
export const openPrefix = 'OPEN';
export const openOnHostsKey = (phase: number, rollback: string): Key => ({
  pk: phaseOf(phase),
  sk: `${openPrefix}#${rollback}`,
});
export const deployedPrefix = 'DEPLOYED#';
export const deployedKey = (phase: number, at: string): Key => ({ pk: phaseOf(phase), sk: `${deployedPrefix}${at}` });
export const preparedPrefix = 'PREPARED#';
export const preparedKey = (phase: number, version: string): Key => ({
  pk: phaseOf(phase),
  sk: `${preparedPrefix}${version}`,
});
/** `version`: a version that somebody asked about, and that is not the one which runs or was prepared last. */
export const readyKey = (phase: number, version?: string): Key => ({
  pk: phaseOf(phase),
  sk: version === undefined ? 'READY' : `READY#${version}`,
});
export const contactsKey: Key = { pk: 'CONTACTS', sk: 'CONFIRMED' };
export const handledAlarmKey = (alarm: string, changedAt: string): Key => ({ pk: `ALARM#${alarm}`, sk: changedAt });
export const rowWindowKey = (phase: number): Key => ({ pk: phaseOf(phase), sk: 'ROW WINDOW' });
export const beganPrefix = 'BEGAN#';
/** Rollbacks of a phase are sorted by their start_time, ISO 8601. */
export const beganKey = (phase: number, start: string, rollback: string): Key => ({
  pk: phaseOf(phase),
  sk: `${beganPrefix}${start}#${rollback}`,
});
export const pauseKey: Key = { pk: 'PAUSE', sk: 'PAUSE' };
export const phasePausePrefix = 'PHASE#';
export const phasePauseKey = (phase: number): Key => ({ pk: pauseKey.pk, sk: `${phasePausePrefix}${phase}` });
export const freezePrefix = 'FREEZE';
/** null: every phase. */
export const freezeKey = (phase: number | null): Key => ({
  pk: pauseKey.pk,
  sk: phase === null ? freezePrefix : `${freezePrefix}#${phase}`,
});
export const blockedPrefix = 'BLOCKED#';
export const blockedKey = (version: string, phase: number | null): Key => ({
  pk: pauseKey.pk,
  sk: `${blockedPrefix}${version}${phase === null ? '' : `#${phase}`}`,
});
export const armedPrefix = 'ARMED#';
export const armedKey = (phase: number): Key => ({ pk: pauseKey.pk, sk: `${armedPrefix}${phase}` });
/** Returns the partition key of a question and its decisions; two `*` match every question, for grants. */
export const questionOf = (rollback: string, number: number | '*') => `QUESTION#${rollback}#${number}`;
export const questionKey = (rollback: string, number: number): Key => ({
  pk: questionOf(rollback, number),
  sk: 'QUESTION',
});
export const decisionsPrefix = 'DECISION#';
export const decisionKey = (rollback: string, number: number, position: number): Key => ({
  pk: questionOf(rollback, number),
  sk: `${decisionsPrefix}${String(position).padStart(4, '0')}`,
});
/** Returns the place that a decision's sort key names, from 1; undefined if the product writes no such key. */
export const positionOf = (sk: string): number | undefined =>
  /^DECISION#(?!0000)\d{4}$/.test(sk) ? Number(sk.slice(decisionsPrefix.length)) : undefined;
export const tokenKey = (rollback: string, number: number | '*'): Key => ({
  pk: `TOKEN#${rollback}#${number}`,
  sk: 'TOKEN',
});
export const questionsOf = 'QUESTIONS';
export const askedKey = (asked_at: string, rollback: string, number: number): Key => ({
  pk: questionsOf,
  sk: `${asked_at}#${rollback}#${number}`,
});
export const frozenKey = (rollback: string): Key => ({ pk: `ROLLBACK#${rollback}`, sk: 'FROZEN' });
export const endedKey = (rollback: string): Key => ({ pk: frozenKey(rollback).pk, sk: 'ENDED' });
export const lateKey = (rollback: string, entry: string): Key => ({ pk: `LATE#${rollback}`, sk: entry });
/** The partition key of the rollbacks that have entries for the history table. */
export const lateOf = 'LATE';
export const indexingKey: Key = { pk: 'INDEXED', sk: 'HISTORY' };
export const exportCursorKey: Key = { pk: 'EXPORTED', sk: 'HISTORY' };
/** The rollbacks with transitions that EventBridge may still get. */
export const transitionsOwed = 'TRANSITIONS';
export const owedTransitionsKey = (rollback: string): Key => ({ pk: transitionsOwed, sk: rollback });
export const sentTransitionsKey = (rollback: string): Key => ({ pk: `${transitionsOwed}#${rollback}`, sk: 'SENT' });
export const transitionLinksKey: Key = { pk: `${transitionsOwed}#links`, sk: 'LINKS' };
export const checkedDocumentsKey: Key = { pk: 'DOCUMENTS', sk: 'CHECKED' };
export const truthKey: Key = { pk: 'TRUTH', sk: 'TRUTH' };
export const loadTestKey = (phase: number): Key => ({ pk: phaseOf(phase), sk: 'LOADED' });
export const filesKey: Key = { pk: truthKey.pk, sk: 'FILES' };
export const unsentOf = 'UNSENT';
/** In the place of a message's name, which never is this word. */
export const callsSuffix = 'calls';
export const unsentKey = (rollback: string, message: string): Key => ({ pk: unsentOf, sk: `${rollback}#${message}` });
/** The open reviews, in the order of their deadlines (ISO 8601). */
export const reviewsOf = 'REVIEW';
export const reviewKey = (due: string, rollback: string): Key => ({ pk: reviewsOf, sk: `${due}#${rollback}` });
/** The open tasks of follow-ups, in the order of their due times (ISO 8601). */
export const dueTasksOf = 'TASKS';
export const dueTaskKey = (due: string, rollback: string, number: number): Key => ({
  pk: dueTasksOf,
  sk: `${due}#${rollback}#${number}`,
});
export const drillsOf = 'DRILLS';
/** The beginning of their sort keys. */
export const heldDrills = 'HELD#';
export const drillKey = (phase: number, trigger: string): Key => ({
  pk: drillsOf,
  sk: `${heldDrills}${phase}#${trigger}`,
});
export const openDrillKey = (rollback: string): Key => ({ pk: drillsOf, sk: `OPEN#${rollback}` });
export const drillsSinceKey: Key = { pk: drillsOf, sk: 'SINCE' };
export const passedDrillKey = (phase: number): Key => ({ pk: drillsOf, sk: `PASSED#${phase}` });
export const seenOf = 'SEEN';
export const seenKey = (instanceId: string): Key => ({ pk: seenOf, sk: instanceId });
export const unreachedOf = 'UNREACHED';
export const unreachedKey = (phase: number, instanceId: string): Key => ({
  pk: unreachedOf,
  sk: `${phase}#${instanceId}`,
});
/** The beginning of the sort keys of skipped steps, beside the hosts that are owed a rollback. */
export const skippedPrefix = 'SKIPPED#';
export const skippedKey = (phase: number): Key => ({ pk: unreachedOf, sk: `${skippedPrefix}${phase}` });
export const attemptKey = (rollback: string, step: string): Key => ({ pk: `ROLLBACK#${rollback}`, sk: `STEP#${step}` });

/** Returns the names of an environment's two tables. */
export const tableNames = (environment: string) => ({
  state: `rollback-${environment}-state`,
  history: `rollback-${environment}-history`,
});
