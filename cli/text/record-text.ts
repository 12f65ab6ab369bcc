import { whyDataLossUnknown } from '../../domain/history/data-loss.ts';
import type { QuestionRecord } from '../../domain/history/question-record.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { laterPhasesUndone, restoredCodeSentence } from '../../domain/history/restored-code.ts';
import type { KeptVerdict } from '../../domain/host/host-reports.ts';

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
  'deadline',
  'limit_missed',
  'operator',
  'principal',
  'reason',
  'hosts',
  'hosts_not_online',
  'only_hosts',
  'attached',
  'events',
] as const satisfies readonly (keyof RollbackRecord)[];

/** A RECORD for people, a line a field. `-` stands for what has not been computed or said. */
export function recordText(record: RollbackRecord, said: readonly KeptVerdict[] = []): string {
  const released = record.fleet_released;
  const steps = record.steps.map(
    ({ step, verdict, hosts_done, hosts_not_sent, attempts, started_at, ended_at }) =>
      `  ${step.padEnd(29)} ${verdict.padEnd(8)} ${hosts_done}/${record.hosts ?? '?'} hosts${hosts_not_sent > 0 ? ` (not sent to ${hosts_not_sent})` : ''}, ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}, ${seconds(started_at, ended_at)}`,
  );
  return [
    'RECORD',
    ...rows.map((name) => row(name, `${shown(record[name])}${beside(name, record, said)}`)),
    row('also_undone', alsoUndone(record)),
    ...(released ? [row('fleet_released', `${released.at} by ${released.operator}: ${released.reason}`)] : []),
    ...decisionLines(record),
    ...record.questions.flatMap(questionLines),
    ...flagLines(record),
    'STEPS',
    ...(steps.length > 0 ? steps : ['  none was started']),
  ].join('\n');
}

/** `restored_to` is a name of the customer's: what of the code it stands for is not the same in every phase. */
function beside(
  name: (typeof rows)[number],
  { restored_to, restores, data_loss, ending, hosts, steps }: RollbackRecord,
  said: readonly KeptVerdict[],
): string {
  if (name === 'restored_to' && restored_to !== null && restores) return ` (${restoredCodeSentence(restores.paths)})`;
  if (name === 'data_loss' && data_loss === null && ending !== null && steps.length > 0 && said.length > 0)
    return ` (${whyDataLossUnknown(said, hosts ?? 0)})`;
  return '';
}

const row = (name: string, value: string) => `  ${name.padEnd(23)} ${value}`;

/** Later phases, whose code lies on what it restores: only a rollback that has moved it has undone them. */
function alsoUndone(record: RollbackRecord): string {
  const phases = `phases ${record.also_undone.join(', ')}`;
  return {
    no: '-',
    'not yet': `${phases}, when its tree is restored`,
    perhaps: `${phases} perhaps: it gave up half way`,
    yes: phases,
  }[laterPhasesUndone(record)];
}

function flagLines({ flags, flags_before }: RollbackRecord): string[] {
  const lines = Object.entries(flags).map(([flag, to]) => row(flag, `${flags_before[flag] ?? 'none'} -> ${to}`));
  return lines.length > 0 ? ['FLAGS  override before -> since', ...lines] : [];
}

/** How bad it was judged to be, by whose numbers, and what was decided of it last. Nothing of one that had nothing to do. */
function decisionLines({ assessment, joined, decided }: RollbackRecord): string[] {
  const assessed = (assessment?.reasoning ?? []).map((sentence, i) => row(i === 0 ? 'assessed' : '', sentence));
  const others = joined.map(({ alarm, severity, changed_at }) =>
    row('joined by', `${alarm}, ${severity}, at ${changed_at}`),
  );
  const last = decided ? [row('decided', [`${decided.decision}:`, ...decided.why].join(' '))] : [];
  return assessed.length + others.length + last.length === 0 ? [] : ['DECISION', ...assessed, ...others, ...last];
}

/** What people were asked and answered: who they say they are, and beside it whom CloudTrail saw. */
function questionLines({ number, kind, why, ...question }: QuestionRecord): string[] {
  const { asked_at, deadline, answers, outcome, settled_at, settled_by } = question;
  const given = answers.map(({ answer, operator, principal, at, reason }) =>
    row(
      answer,
      `${operator ?? 'somebody'}, ${principal ? `verified as ${principal}` : 'not verified yet'}, at ${at}${reason === null ? '' : `: ${reason}`}`,
    ),
  );
  const settled = outcome === null ? 'no, it is open' : `${outcome}, at ${settled_at}: ${settled_by}`;
  return [
    `QUESTION ${number}`,
    row(kind, why.join(' ')),
    row('asked', `${asked_at}, to be answered until ${deadline}`),
    ...given,
    row('settled', settled),
  ];
}

const shown = (value: unknown) =>
  value === null || (Array.isArray(value) && value.length === 0)
    ? '-'
    : Array.isArray(value)
      ? value.join(', ')
      : String(value);
const seconds = (from: string, to: string | null) =>
  to ? `${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1)} s` : 'still running';
