import type { RollbackRecord } from '../domain/record.ts';

/** The customer's ten fields first (seed, "Tracking Metrics"), then what an operator asks next. */
const rows = [
  'rollback_id',
  'phase',
  'trigger',
  'start_time',
  'completion_time',
  'duration_minutes',
  'data_loss',
  'service_impact_minutes',
  'root_cause',
  'prevention_measures',
  'ending',
  'problem',
  'restored_to',
  'severity',
  'operator',
  'reason',
  'hosts',
  'hosts_not_online',
  'only_hosts',
  'attached',
  'events',
] as const satisfies readonly (keyof RollbackRecord)[];

/** A RECORD for people, a line a field. `-` stands for what has not been computed or said. */
export function recordText(record: RollbackRecord): string {
  const lines = rows.map((name) => `  ${name.padEnd(23)} ${shown(record[name])}`);
  const released = record.fleet_released;
  const steps = record.steps.map(
    ({ step, verdict, hosts_done, attempts, started_at, ended_at }) =>
      `  ${step.padEnd(29)} ${verdict.padEnd(8)} ${hosts_done}/${record.hosts ?? '?'} hosts, ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}, ${seconds(started_at, ended_at)}`,
  );
  const fleet = released
    ? [`  ${'fleet_released'.padEnd(23)} ${released.at} by ${released.operator}: ${released.reason}`]
    : [];
  return ['RECORD', ...lines, ...fleet, 'STEPS', ...(steps.length > 0 ? steps : ['  none was started'])].join('\n');
}

const shown = (value: unknown) =>
  value === null || (Array.isArray(value) && value.length === 0)
    ? '-'
    : Array.isArray(value)
      ? value.join(', ')
      : String(value);
const seconds = (from: string, to: string | null) =>
  to ? `${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1)} s` : 'still running';
