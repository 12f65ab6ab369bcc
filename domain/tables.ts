/**
 * The two tables' items and keys. Both have a partition key `pk` and a sort key `sk`, both strings.
 *
 * **history**: what happened, for the auditor. Items are added; only RECORD and HOST are ever replaced.
 *
 * | pk            | sk                     | item                                                      |
 * | ------------- | ---------------------- | --------------------------------------------------------- |
 * | `RECORD#<id>` | `RECORD`               | the rollback at a glance, a projection of its events      |
 * | `EVENT#<id>`  | `00000001`             | one event, with the hash of the one before                |
 * | `HOST#<id>`   | `<step>#<instance id>` | one host's verdict and report on one step, latest attempt |
 *
 * **state**: what is going on, for the machines.
 *
 * | pk              | sk            | item                                                            |
 * | --------------- | ------------- | --------------------------------------------------------------- |
 * | `FLEET#<name>`  | `LOCK`        | who holds the fleet: rollback, execution_arn, fence, touched    |
 * | `FLEET#<name>`  | `FENCE`       | the number of times the fleet was taken                         |
 * | `PHASE#<n>`     | `OPEN`        | the phase's live rollback: rollback, execution_arn              |
 * | `PHASE#<n>`     | `DEPLOYED#<at>` | a deployment of the phase: version, at                        |
 * | `ALARM#<name>`  | `<changed_at>` | the rollback that answered this change of state                |
 * | `PHASE#<n>`     | `BEGAN#<start>#<rollback>` | a rollback that acted, and when it ended             |
 * | `PAUSE`         | `PAUSE`       | automation is paused: operator, reason, at                      |
 * | `QUESTION#<id>#<n>` | `QUESTION` | what people were asked, with its deadline                      |
 * | `QUESTION#<id>#<n>` | `DECISION#0001` | one write about it: an answer, its proof, or that nobody answered |
 * | `TOKEN#<id>#<n>` | `TOKEN`      | what wakes the machine that waits for the answer                 |
 * | `QUESTIONS`     | `<asked_at>#<id>#<n>` | that this was asked; the newest are looked at           |
 * | `PHASE#<n>`     | `ROW WINDOW`  | from when on rows are suspect, until a rollback ended well     |
 * | `ROLLBACK#<id>` | `FROZEN`      | hosts, documents and row window as they were at the opening     |
 * | `UNREACHED`     | `<phase>#<instance id>` | a host that a rollback could not reach: rollback, name         |
 * | `UNSENT`        | `<rollback>#<message>` | a message that SNS would not take                                |
 * | `ROLLBACK#<id>` | `STEP#<step>` | the step's newest attempt: its commands and when it is given up |
 * | `LATE#<id>`     | `1#…`, `2#…`  | what the history table would not take yet: events, verdicts     |
 * | `LATE`          | `<rollback>`  | that something of this rollback waits                           |
 *
 * IAM sees partition keys only, so what a function may delete and what it may not never share one.
 * Grants, functions and the command line build keys here and nowhere else.
 */
export type Key = { readonly pk: string; readonly sk: string };

export const recordKey = (rollback: string): Key => ({ pk: `RECORD#${rollback}`, sk: 'RECORD' });
export const eventsOf = (rollback: string) => `EVENT#${rollback}`;
export const eventKey = (rollback: string, sequence: number): Key => ({
  pk: eventsOf(rollback),
  sk: String(sequence).padStart(8, '0'),
});
export const hostsOf = (rollback: string) => `HOST#${rollback}`;
export const hostKey = (rollback: string, step: string, instanceId: string): Key => ({
  pk: hostsOf(rollback),
  sk: `${step}#${instanceId}`,
});

export const lockKey = (fleet: string): Key => ({ pk: `FLEET#${fleet}`, sk: 'LOCK' });
export const fenceKey = (fleet: string): Key => ({ pk: `FLEET#${fleet}`, sk: 'FENCE' });
/** `*` is every phase, for grants. */
export const phaseOf = (phase: number | '*') => `PHASE#${phase}`;
export const openKey = (phase: number): Key => ({ pk: phaseOf(phase), sk: 'OPEN' });
export const deployedPrefix = 'DEPLOYED#';
export const deployedKey = (phase: number, at: string): Key => ({ pk: phaseOf(phase), sk: `${deployedPrefix}${at}` });
export const handledAlarmKey = (alarm: string, changedAt: string): Key => ({ pk: `ALARM#${alarm}`, sk: changedAt });
export const rowWindowKey = (phase: number): Key => ({ pk: phaseOf(phase), sk: 'ROW WINDOW' });
export const beganPrefix = 'BEGAN#';
/** Rollbacks of a phase stand in the order of their start_time, ISO 8601. */
export const beganKey = (phase: number, start: string, rollback: string): Key => ({
  pk: phaseOf(phase),
  sk: `${beganPrefix}${start}#${rollback}`,
});
export const pauseKey: Key = { pk: 'PAUSE', sk: 'PAUSE' };
/** A question, and every decision about it. `*` is every rollback's, for grants. */
export const questionOf = (rollback: string, number: number | '*') => `QUESTION#${rollback}#${number}`;
export const questionKey = (rollback: string, number: number): Key => ({
  pk: questionOf(rollback, number),
  sk: 'QUESTION',
});
export const decisionsPrefix = 'DECISION#';
export const decisionKey = (rollback: string, number: number, place: number): Key => ({
  pk: questionOf(rollback, number),
  sk: `${decisionsPrefix}${String(place).padStart(4, '0')}`,
});
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
export const lateKey = (rollback: string, place: string): Key => ({ pk: `LATE#${rollback}`, sk: place });
/** The rollbacks for which something waits are found under this key. */
export const lateOf = 'LATE';
export const unsentOf = 'UNSENT';
export const unsentKey = (rollback: string, message: string): Key => ({ pk: unsentOf, sk: `${rollback}#${message}` });
export const unreachedOf = 'UNREACHED';
export const unreachedKey = (phase: number, instanceId: string): Key => ({
  pk: unreachedOf,
  sk: `${phase}#${instanceId}`,
});
export const attemptKey = (rollback: string, step: string): Key => ({ pk: `ROLLBACK#${rollback}`, sk: `STEP#${step}` });

/** Table names, from the environment's. */
export const tableNames = (environment: string) => ({
  state: `rollback-${environment}-state`,
  history: `rollback-${environment}-history`,
});
