import type { EventType, RollbackEvent } from '../history/event.ts';
import { type RollbackRecord, recordOf } from '../history/record.ts';
import { failedIn } from '../host/failed-hosts.ts';

/** The names under which consumers find the product's transitions in EventBridge (docs/transition-events.md). */
export const transitionSource = 'rollback.transitions';
export const transitionTypes = {
  opened: 'Rollback Opened',
  asked: 'Rollback Asked',
  decided: 'Rollback Decided',
  acting: 'Rollback Acting',
  step: 'Rollback Step',
  confirmed: 'Rollback Confirmed',
  ended: 'Rollback Ended',
  annotated: 'Rollback Annotated',
} as const;
export type TransitionName = keyof typeof transitionTypes;

/** One transition of a rollback, as EventBridge gets it. It is made of the history alone, so a repeat is equal byte for byte. */
export type Transition = {
  readonly type: (typeof transitionTypes)[TransitionName];
  readonly at: string;
  /** ARN of the rollback's execution. */
  readonly resource: string;
  readonly detail: {
    readonly schema: 1;
    /** The same in every repeat, and of no other event. */
    readonly id: string;
    readonly transition: TransitionName;
    readonly environment: string;
    readonly rollback: string;
    /** The event's position in the rollback's history: transitions are in its order, with gaps. */
    readonly sequence: number;
    readonly at: string;
    readonly phase: number;
    readonly mode: string;
    readonly trigger: string;
    readonly severity: string;
  } & Readonly<Record<string, unknown>>;
};

type Detail = RollbackEvent['detail'];
type Said = readonly [TransitionName, Readonly<Record<string, unknown>>];

/** PutEvents takes 256 KB in ten events. Ten texts of 300 characters in each of ten events are at most 120 KB. */
const longestText = 300;
const mostTexts = 10;

const text = (value: unknown): string | null =>
  value === null || value === undefined
    ? null
    : String(value).length > longestText
      ? `${String(value).slice(0, longestText - 1)}…`
      : String(value);
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.slice(0, mostTexts).map((one) => text(one) ?? '') : [];
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);

const step =
  (outcome: 'done' | 'failed' | 'skipped' | 'passed over') =>
  (detail: Detail): Said => [
    'step',
    {
      ...{ step: text(detail['step']), outcome, attempt: number(detail['attempt']) },
      ...{ hosts: number(detail['hosts']), hosts_done: number(detail['hosts_done']) },
      failed: failedHosts(detail),
    },
  ];

const failedHosts = (detail: Detail) =>
  failedIn(detail)
    .slice(0, mostTexts)
    .map(({ host, reason }) => ({ host: text(host) ?? '', reason: text(reason) }));

const confirmed =
  (isConfirmed: boolean) =>
  (detail: Detail): Said => [
    'confirmed',
    {
      ...{ confirmed: isConfirmed, verdict: text(detail['verdict']), problem: text(detail['problem']) },
      ...{ version: isConfirmed ? text(detail['version']) : null },
      ...{ hosts: number(detail['hosts']), hosts_done: number(detail['hosts_done']) },
    },
  ];

/** The events of the history that are transitions. */
const transitions: Partial<Record<EventType, (detail: Detail, record: RollbackRecord) => Said>> = {
  'Rollback opened': (detail, { alarm, start_time }) => [
    'opened',
    {
      ...{ start_time, alarm: alarm && text(alarm.name), operator: text(detail['operator']) },
      ...{ reason: text(detail['reason']), deadline: text(detail['deadline']) },
    },
  ],
  'Question asked': (detail) => [
    'asked',
    {
      ...{ question: number(detail['number']), kind: text(detail['kind']), why: texts(detail['why']) },
      ...{ deadline: text(detail['deadline']), approvers: number(detail['approvers']) },
    },
  ],
  Decided: (detail) => [
    'decided',
    { question: null, decision: text(detail['decision']), why: texts(detail['why']), by: null },
  ],
  'Question settled': (detail) => [
    'decided',
    { question: number(detail['number']), decision: text(detail['outcome']), why: [], by: text(detail['by']) },
  ],
  'Fleet taken': (detail, { hosts }) => [
    'acting',
    { fleet: text(detail['fleet']), fence: number(detail['fence']), incident: text(detail['incident']), hosts },
  ],
  'Step done': step('done'),
  'Step failed': step('failed'),
  'Step skipped': step('skipped'),
  'Step passed over': step('passed over'),
  'Recovery confirmed': confirmed(true),
  'Recovery not confirmed': confirmed(false),
  'Rollback closed': (detail, { restored_to, duration_minutes }) => [
    'ended',
    {
      ...{ ending: text(detail['ending']), problem: text(detail['problem']), fleet: text(detail['fleet']) },
      ...{ restored_to, duration_minutes },
    },
  ],
  Annotated: (detail) => [
    'annotated',
    {
      ...{ operator: text(detail['operator']), root_cause: text(detail['root_cause']) },
      ...{ prevention_measures: texts(detail['prevention_measures']), note: text(detail['note']) },
      ...{ links: texts(detail['links']), false_positive: detail['false_positive'] === true },
    },
  ],
};

/** Returns the transitions of a rollback, in the order of its events. Throws if the first event is not the opening. */
export function transitionsOf(environment: string, events: readonly RollbackEvent[]): Transition[] {
  return events.flatMap(({ type, rollback, sequence, at, detail }, index) => {
    const say = transitions[type];
    if (!say) return [];
    const record = recordOf(events.slice(0, index + 1));
    const [transition, said] = say(detail, record);
    const { phase, phases, mode, trigger, severity, execution_arn } = record;
    const about = {
      environment,
      rollback,
      sequence,
      at,
      phase,
      ...(phases ? { phases } : {}),
      mode,
      trigger,
      severity,
    };
    return [
      {
        ...{ type: transitionTypes[transition], at, resource: execution_arn },
        detail: { schema: 1, id: `${environment}/${rollback}/${sequence}`, transition, ...about, ...said },
      },
    ];
  });
}
