import { counted } from '../counted.ts';
import type { RollbackEvent } from '../history/event.ts';
import { recordOf } from '../history/record.ts';
import {
  type CountedResult,
  type Criterion,
  countedResults,
  isJudged,
  successCriteria,
} from '../statistics/success-criteria.ts';
import type { Report } from './document.ts';
import { gap } from './facts.ts';

/** A live rollback of a month that ended and touched hosts, with the procedure's success criteria. */
export type JudgedRollback = {
  readonly rollback: string;
  readonly phase: number;
  readonly severity: string;
  readonly start_time: string;
  readonly ending: string;
  readonly criteria: readonly Criterion[];
};

/** Judges one rollback; undefined if the criteria do not apply: it is open, was a drill or a plan, or touched no host. */
export function judgedRollback(events: readonly RollbackEvent[]): JudgedRollback | undefined {
  if (events.length === 0) return undefined;
  const record = recordOf(events);
  const { rollback_id: rollback, phase, severity, start_time, ending } = record;
  if (ending === null || !isJudged(record)) return undefined;
  return { rollback, phase, severity, start_time, ending, criteria: successCriteria(record, events) };
}

const isCounted = (met: Criterion['met']): met is CountedResult => countedResults.some((one) => one === met);

/** The rollbacks of a month that met, missed or left open each criterion. */
export type MonthCriteria = Readonly<Record<Criterion['criterion'], Readonly<Record<CountedResult, number>>>>;

const none = { yes: 0, no: 0, unknown: 0 };

export function criteriaOf(rollbacks: readonly Pick<JudgedRollback, 'criteria'>[]): MonthCriteria {
  const counts: Record<Criterion['criterion'], Record<CountedResult, number>> = {
    'Rollback time': { ...none },
    'Data loss': { ...none },
    'Service recovery': { ...none },
    Performance: { ...none },
  };
  for (const { criteria } of rollbacks)
    for (const { criterion, met } of criteria) if (isCounted(met)) counts[criterion][met] += 1;
  return counts;
}

/** Returns the monthly report: the criteria in sum, then every rollback. `at`: ISO 8601, when it is written. */
export function monthReport(
  month: string,
  rollbacks: readonly JudgedRollback[],
  { environment, at }: { readonly environment: string; readonly at: string },
): Report {
  const sums = Object.entries(criteriaOf(rollbacks));
  const sorted = rollbacks.toSorted((a, b) => a.start_time.localeCompare(b.start_time));
  return {
    title: `Rollbacks of ${month} in ${environment}`,
    status: `Written ${at} from the records of ${counted(rollbacks.length, 'rollback')} that acted on hosts. Drills and plans are left out.`,
    sections: [
      {
        title: 'Success criteria',
        blocks: [
          rollbacks.length === 0
            ? { text: 'No rollback touched a host in this month.' }
            : {
                head: ['criterion', 'met', 'missed', 'not known'],
                rows: sums.map(([name, { yes, no, unknown }]) => [name, ...[yes, no, unknown].map(String)]),
              },
        ],
      },
      {
        title: 'Every rollback',
        blocks: sorted.flatMap(({ rollback, phase, severity, start_time, ending, criteria }) => [
          { text: `${start_time}, phase ${phase}, ${severity}: ${ending}. ${rollback}` },
          {
            items: criteria.map(({ criterion, met, says }) =>
              met === 'unknown'
                ? gap(`${criterion}: ${says}`)
                : `${criterion}: ${met === 'yes' ? 'met' : 'MISSED'}. ${says}`,
            ),
          },
        ]),
      },
    ],
  };
}
