import { counted } from '../../domain/counted.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import { minutesBetween } from '../../domain/history/record.ts';
import type { PlanReport } from '../../domain/plan/plan-report.ts';

/** Returns a drill's result for people. `plan`: undefined if the hosts were not asked to the end. */
export function drillText(record: RollbackRecord, plan: PlanReport | undefined): string {
  const { rollback_id, phase, trigger, severity, ending, problem, duration_minutes, questions } = record;
  return [
    `DRILL ${rollback_id}: ${ending ?? 'it has not ended'}`,
    '  Nothing was rolled back; no host and no flag was changed.',
    ...(problem === null ? [] : [`  Why       ${problem}`]),
    `  About     phase ${phase}, ${trigger}, ${severity}`,
    `  Took      ${counted(duration_minutes, 'minute')}`,
    ...(plan ? expected(plan) : []),
    ...questions.flatMap(answersTo),
    `  Runbook   docs/runbook.md#${(ending ?? 'drill-failed').toLowerCase().replaceAll(' ', '-')}`,
  ].join('\n');
}

const expected = ({ plan, limit }: PlanReport): string[] => [
  `  Hosts     ${plan.hosts.length} reported`,
  `  Expected  a rollback takes about ${counted(Math.ceil(plan.expected_minutes), 'minute')}; the limit for ${limit.severity} is ${limit.minutes}`,
];

/** Returns who answered when, counted from the question. */
function answersTo({ asked_at, answers }: RollbackRecord['questions'][number]): string[] {
  if (answers.length === 0) return [`  People    nobody answered the question of ${asked_at}`];
  return answers.map(
    ({ answer, operator, principal, at }) =>
      `  People    ${operator ?? 'somebody'}${principal ? ` (${principal})` : ''} answered ${answer} after ${counted(minutesBetween(asked_at, at), 'minute')}`,
  );
}
