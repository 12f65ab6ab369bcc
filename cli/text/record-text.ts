import { counted } from '../../domain/counted.ts';
import { readableName } from '../../domain/execution-name.ts';
import { beginsAtLines } from '../../domain/history/begins-at.ts';
import { whyDataLossUnknown } from '../../domain/history/data-loss.ts';
import { isDoneByTheRest } from '../../domain/history/done-by-the-rest.ts';
import type { RollbackEvent } from '../../domain/history/event.ts';
import type { QuestionRecord } from '../../domain/history/question-record.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { laterPhasesUndone, restoredCodeSentence } from '../../domain/history/restored-code.ts';
import type { KeptVerdict } from '../../domain/host/host-reports.ts';
import { afterwardsLines } from './afterwards-text.ts';

/** The customer's ten fields first (procedure, "Tracking Metrics"), then the fields that an operator needs next. */
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

/** Returns a RECORD for people, one line per field. `-` means that the field has no value yet. `events` name each annotation. */
export function recordText(
  record: RollbackRecord,
  verdicts: readonly KeptVerdict[] = [],
  events: readonly RollbackEvent[] = [],
): string {
  const released = record.fleet_released;
  const name = readableName(record);
  const steps = record.steps.map((one) => {
    const { step, hosts_done, hosts_not_sent, attempts, started_at, ended_at } = one;
    const rest = isDoneByTheRest(one, record, events);
    const verdict = rest ? 'done' : one.verdict;
    return `  ${step.padEnd(29)} ${verdict.padEnd(8)} ${hosts_done}/${hostsThen(hosts_done, record.hosts)} hosts${rest ? ' (failed on those that were left out)' : ''}${hosts_not_sent > 0 ? ` (not sent to ${hosts_not_sent})` : ''}, ${counted(attempts, 'attempt')}, ${seconds(started_at, ended_at)}`;
  });
  return [
    ...(record.mode === 'simulate' ? [`DRILL: nothing is rolled back; no host and no flag is changed.`] : []),
    'RECORD',
    ...rows.map((name) => row(name, `${shown(record[name])}${remark(name, record, verdicts)}`)),
    ...(record.phases ? [row('phases', shown(record.phases))] : []),
    ...(name === null ? [] : [row('name', `${name} (made from the record, because the execution has none)`)]),
    ...(record.targets ?? []).map(({ phase, why }) =>
      row(record.phases ? `target of phase ${phase}` : 'target', why.replace(/^Target: /, '')),
    ),
    row('also_undone', alsoUndone(record)),
    ...(released ? [row('fleet_released', `${released.at} by ${released.operator}: ${released.reason}`)] : []),
    ...afterwardsLines(record, events),
    ...decisionLines(record),
    ...record.questions.flatMap(questionLines),
    ...flagLines(record),
    ...beginLines(record),
    'STEPS',
    ...(steps.length > 0 ? steps : ['  no step has started']),
  ].join('\n');
}

/**
 * Returns a remark on a field's value, in brackets. `restored_to`: the code that moved, because the customer's version name
 * means other paths in each phase. `data_loss`: the reason why it is not known.
 */
function remark(
  name: (typeof rows)[number],
  { restored_to, restores, data_loss, ending, hosts, steps }: RollbackRecord,
  verdicts: readonly KeptVerdict[],
): string {
  if (name === 'restored_to' && restored_to !== null && restores) return ` (${restoredCodeSentence(restores.paths)})`;
  if (name === 'data_loss' && data_loss === null && ending !== null && steps.length > 0 && verdicts.length > 0)
    return ` (${whyDataLossUnknown(verdicts, hosts ?? 0)})`;
  return '';
}

const row = (name: string, value: string) => `  ${name.padEnd(23)} ${value}`;

/** Returns the later phases that are undone too: their code is part of the tree, so restoring the tree undoes them. */
function alsoUndone(record: RollbackRecord): string {
  const phases = `phases ${record.also_undone.join(', ')}`;
  return {
    no: '-',
    'not yet': `${phases}, once the tree is restored`,
    perhaps: `perhaps ${phases}: the rollback stopped half way`,
    yes: phases,
  }[laterPhasesUndone(record)];
}

function flagLines({ flags, flags_before }: RollbackRecord): string[] {
  const lines = Object.entries(flags).map(([flag, to]) => row(flag, `${flags_before[flag] ?? 'none'} -> ${to}`));
  return lines.length > 0 ? ['FLAGS  override before -> after', ...lines] : [];
}

/** Returns where a person had the rollback begin, with the reason and what was done of the other steps; [] if at its first step. */
const beginLines = ({ begins_at }: RollbackRecord): string[] =>
  begins_at
    ? [
        `BEGAN AT  ${begins_at.name}, as ${begins_at.operator ?? 'somebody'} wanted: ${begins_at.reason ?? 'no reason'}`,
        ...beginsAtLines(begins_at),
      ]
    : [];

/** Returns the assessed severity with its reasons, the alarms that joined, and the last decision; [] if there are none. */
function decisionLines({ assessment, joined, decided }: RollbackRecord): string[] {
  const assessed = (assessment?.reasoning ?? []).map((sentence, i) => row(i === 0 ? 'assessed' : '', sentence));
  const others = joined.map(({ alarm, severity, changed_at }) =>
    row('joined by', `${alarm}, ${severity}, at ${changed_at}`),
  );
  const last = decided ? [row('decided', [`${decided.decision}:`, ...decided.why].join(' '))] : [];
  return assessed.length + others.length + last.length === 0 ? [] : ['DECISION', ...assessed, ...others, ...last];
}

/** Returns a question and its answers, each with the claimed operator and the principal that CloudTrail recorded. */
function questionLines({ number, kind, why, ...question }: QuestionRecord): string[] {
  const { asked_at, deadline, answers, outcome, settled_at, settled_by, acknowledged, without_answer } = question;
  const given = answers.map(({ answer, operator, principal, at, reason }) =>
    row(
      answer,
      `${operator ?? 'somebody'}, ${principal ? `verified as ${principal}` : 'not verified yet'}, at ${at}${reason === null ? '' : `: ${reason}`}`,
    ),
  );
  const how = without_answer ? `${outcome} (${without_answer})` : outcome;
  const settled = outcome === null ? 'not yet: the question is open' : `${how}, at ${settled_at}: ${settled_by}`;
  return [
    `QUESTION ${number}`,
    row(kind, why.join(' ')),
    row('asked', `${asked_at}, answer by ${deadline}`),
    ...(acknowledged ? [row('acknowledged', `${acknowledged.operator}, at ${acknowledged.at}`)] : []),
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

/** Returns the number of hosts when a step ran: hosts that left the fleet later had done it too. */
const hostsThen = (done: number, hosts: number | null) => (hosts === null ? '?' : Math.max(done, hosts));
