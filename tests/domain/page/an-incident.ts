import { chainWith, type Happened, type RollbackEvent } from '../../../domain/history/event.ts';
import type { KeptVerdict } from '../../../domain/host/host-reports.ts';
import { nothingUsual, type PageFacts } from '../../../domain/page/facts.ts';

const id = '94ca7c06-5f1f-45b7-8005-fffee199b005';
const arn = `arn:aws:states:us-east-1:000000000000:execution:rollback-local-phase-1:${id}`;
const start = Date.parse('2026-01-05T09:00:21.000Z');
/** Returns the instant so many seconds after the alarm. */
export const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

/** Returns events as a chain; `type` and `detail` are given, ids are made up. */
export const chainOf = (...events: readonly Listed[]): RollbackEvent[] =>
  chainWith(
    id,
    [],
    events.map(([seconds, type, detail], index): Happened => ({ id: `e-${index}`, type, at: at(seconds), detail })),
  );

export type IncidentOptions = {
  readonly hosts?: number;
  readonly steps?: readonly string[];
  /** Hosts on which the first step fails at first, and the reason. */
  readonly failing?: readonly string[];
  readonly reason?: string;
  readonly mode?: string;
};

export const hostNames = (count: number): string[] => Array.from({ length: count }, (_, index) => `host-${index + 1}`);

/** Seconds after the alarm, type and detail of an event. */
export type Listed = readonly [number, RollbackEvent['type'], Record<string, unknown>];

export const opening = ({ hosts = 3, reason = 'Threshold Crossed', mode = 'live' }: IncidentOptions = {}): Listed[] => [
  [
    0,
    'Rollback opened',
    {
      ...{ phase: 1, phase_name: 'Databento Client', execution_arn: arn, target_version: 'pre-phase1-stable' },
      ...{ also_undone: [2, 3, 4], restores: { paths: ['.'], by: ['restore'] }, fleet: 'trading', deadline: at(900) },
      ...{ trigger: 'data_corruption', severity: 'CRITICAL', reason, operator: null, mode, start_time: at(0) },
      ...{ breaching_since: at(-11), only_hosts: null },
      impact: 'data_corruption (alarm rollback-local-phase-1-data_corruption is red): Data integrity errors.',
      alarm: { name: 'rollback-local-phase-1-data_corruption', changed_at: at(0), state: 'ALARM' },
    },
  ],
  [0, 'Decided', { decision: 'act', why: ['CRITICAL is rolled back at once, and there is no objection.'] }],
  [
    0,
    'Hosts frozen',
    { hosts, names: hostNames(hosts).slice(0, 20), not_online: [], deployment: { version: 'v1.4.0', at: at(-621) } },
  ],
];

/** A step that did not work on some hosts at first. */
const stepEvents = (
  step: string,
  from: number,
  { hosts = 3, failing = [], reason = 'exit 1' }: IncidentOptions,
): Listed[] => [
  [from, 'Step started', { step, attempt: 1, hosts }],
  ...(failing.length > 0
    ? ([
        [
          from + 3,
          'Step failed',
          {
            ...{ step, attempt: 1, hosts, hosts_done: hosts - failing.length },
            failed: failing.slice(0, 20).map((host) => ({ host, reason })),
          },
        ],
        [from + 4, 'Step started', { step, attempt: 2, hosts: failing.length }],
      ] as Listed[])
    : []),
  [from + 6, 'Step done', { step, attempt: 1, hosts, hosts_done: hosts, failed: [] }],
];

/** Returns the events of a rollback that ended well. */
export function rolledBack(options: IncidentOptions = {}): RollbackEvent[] {
  const { hosts = 3, steps = ['stop', 'clear', 'restore'] } = options;
  return chainOf(
    ...opening(options),
    [0, 'Fleet taken', { fleet: 'trading', fence: 1, incident: id }],
    ...steps.flatMap((step, index) => stepEvents(step, index * 7, index === 0 ? options : { ...options, failing: [] })),
    [40, 'Flags overridden', { step: 'stop', flags: { data_source: 'barchart' }, before: { data_source: null } }],
    [41, 'Step started', { step: 'confirm-health', attempt: 1, hosts }],
    [
      60,
      'Recovery confirmed',
      {
        ...{ verdict: 'PASS', problem: null, impact_over: true, checks: ['confirm-health'] },
        ...{ good: { 'confirm-health': hosts }, looks: 3, version: 'pre-phase1-stable', hosts_done: hosts, hosts },
      },
    ],
    [60, 'Rollback closed', { ending: 'Rolled back', problem: null, fence: 1, fleet: 'free', data_loss: false }],
    [
      61,
      'Message sent',
      { message: 'rollback-complete', subject: '[RESOLVED] Phase 1 Rollback Complete', body: 'Rollback completed' },
    ],
  );
}

/** Returns a verdict of every host on every step. */
export const verdicts = ({
  hosts = 3,
  steps = ['stop', 'clear', 'restore'],
}: Pick<IncidentOptions, 'hosts' | 'steps'> = {}): KeptVerdict[] =>
  steps.flatMap((step) =>
    hostNames(hosts).map((name) => ({
      ...{ step, instance_id: `i-${name}`, name, verdict: 'done' as const, reason: null, report: {} },
      command_id: 'c',
    })),
  );

/** Returns the facts of a page. By default everything about the rollback was read, and nothing beside it. */
export const factsOf = (events: readonly RollbackEvent[], more: Partial<PageFacts> = {}): PageFacts => ({
  environment: 'local',
  written_at: at(65),
  events,
  hosts: { state: 'complete', value: verdicts() },
  history: { whole: true, says: `whole: ${events.length} events` },
  planned: { state: 'complete', value: [{ id: 'stop', name: 'Stop data ingestion' }] },
  metric: { state: 'unavailable', why: 'not read in this test.' },
  usual: nothingUsual,
  later: { state: 'complete', value: [] },
  contacts: { L1: 'Operations desk, +44 20 7946 0001' },
  runbook: 'docs/runbook.md',
  ...more,
});

/** Returns a metric with a datapoint per 10 s; `missing`: seconds after the alarm without one. */
export const metricOf = (missing: (seconds: number) => boolean = () => false): PageFacts['metric'] => ({
  state: 'complete',
  value: {
    ...{ metric: 'DataIntegrityErrors', statistic: 'Maximum', period_seconds: 10, threshold: 1, worse: 'above' },
    from: start - 700_000,
    to: start + 120_000,
    points: Array.from({ length: 82 }, (_, index) => index * 10 - 700)
      .filter((seconds) => !missing(seconds))
      .map((seconds) => [start + seconds * 1000, seconds >= -20 && seconds < 40 ? 5 : 0] as const),
  },
});
