import type { Assessment } from '../alarm/assessment.ts';
import type { RollbackRecord } from '../history/record.ts';
import type { Host } from '../host/host-verdict.ts';
import { isWorse, type Severity } from '../severity.ts';
import { actsOnlyOn, type FewIll, type HostWitness, mostFew } from '../witness/host-witness.ts';

/** The alarm that a rollback is judged by. */
export type WorstAlarm = {
  readonly trigger: string;
  readonly severity: Severity;
  /** The alarm has no data, or its severity cannot be measured. */
  readonly blind: boolean;
  /** ISO 8601: the alarm's change of state; the rollback's limit is counted from this instant. */
  readonly start_time: string;
  /** Facts that contradict the alarm; absent: none. */
  readonly doubts?: readonly string[] | undefined;
  /** Why nothing is rolled back: only the metrics are lost. Absent: they are not. */
  readonly metrics_lost?: string | undefined;
  /** Which hosts are ill; absent: nobody looked. */
  readonly witness?: HostWitness | undefined;
};

/** Returns the worst alarm of a rollback: its own alarm (`own`: its assessment), or one that joined. */
export const worstAlarm = (record: RollbackRecord, own: Assessment | null = record.assessment): WorstAlarm =>
  record.joined.reduce<WorstAlarm>(
    (worst, { trigger, severity, blind, changed_at, doubts, witness }) =>
      isWorse(severity, worst.severity) ? { trigger, severity, blind, start_time: changed_at, doubts, witness } : worst,
    {
      trigger: record.trigger,
      severity: own?.severity ?? record.severity_at_opening,
      blind: own?.blind ?? false,
      start_time: record.start_time,
      doubts: own?.doubts,
      metrics_lost: own?.metrics_lost,
      witness: own?.witness,
    },
  );

/**
 * Returns the hosts on which a rollback acts alone that no person decided (`brakes.few_ill` is `act`); undefined: it acts on all.
 *
 * Each alarm that joined must have found a few ill hosts too. If these are together more than a few, the rollback acts on all, unless they are the
 * canary group.
 */
export function fewToActOn(record: RollbackRecord, few_ill: FewIll): readonly Host[] | undefined {
  const witnesses = [record.assessment?.witness, ...record.joined.map(({ witness }) => witness)];
  const found = witnesses.map((one) => actsOnlyOn(one, few_ill));
  if (!found.every((one) => one !== undefined)) return undefined;
  const few = [...new Map(found.flat().map((host) => [host.instance_id, host])).values()];
  const isCanary = witnesses.every((one) => one?.canary);
  return isCanary || few.length <= mostFew(record.assessment?.witness?.hosts ?? 0) ? few : undefined;
}

/** Returns whether a rollback asks whether to act on a few ill hosts, and no alarm that joined has found more. */
export const asksAboutFew = ({ assessment, joined, questions }: RollbackRecord): boolean =>
  questions.at(-1)?.kind === 'permit' &&
  questions.at(-1)?.outcome === null &&
  assessment?.witness?.finding === 'few' &&
  !joined.some(({ witness }) => witness?.finding === 'many');
