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

/**
 * Returns the worst alarm of a rollback: its own alarm (`own`: its assessment), or one that joined. A later look at the hosts of its own
 * alarm replaces the first: it joined as the same change of state.
 */
export const worstAlarm = (record: RollbackRecord, own: Assessment | null = record.assessment): WorstAlarm =>
  record.joined.reduce<WorstAlarm>(
    (worst, joined) => {
      const { trigger, severity, blind, changed_at, doubts, witness } = joined;
      const replaces =
        isWorse(severity, worst.severity) || (isLaterLook(record, joined) && severity === worst.severity);
      return replaces ? { trigger, severity, blind, start_time: changed_at, doubts, witness } : worst;
    },
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
 * Each alarm that joined must have found a few ill hosts too, and each of these must be one on which an alarm lets it act alone. If they are
 * together more than a few, the rollback acts on all, unless they are the canary group.
 */
export function fewToActOn(record: RollbackRecord, few_ill: FewIll): readonly Host[] | undefined {
  const witnesses = witnessesOf(record);
  if (!witnesses.every((one) => one?.finding === 'few') || unprovedHosts(record, few_ill).length > 0) return undefined;
  const few = distinct(witnesses.flatMap((one) => actsOnlyOn(one, few_ill) ?? []));
  const isCanary = witnesses.every((one) => one?.canary);
  return isCanary || few.length <= mostFew(witnesses[0]?.hosts ?? 0) ? few : undefined;
}

/** Returns the few ill hosts of a rollback's alarms of which no alarm lets it act on them alone: people are asked about these. */
export function unprovedHosts(record: RollbackRecord, few_ill: FewIll): readonly Host[] {
  const witnesses = witnessesOf(record);
  const proved = witnesses.flatMap((one) => actsOnlyOn(one, few_ill) ?? []).map(({ instance_id }) => instance_id);
  return distinct(witnesses.flatMap((one) => one?.only ?? [])).filter(
    ({ instance_id }) => !proved.includes(instance_id),
  );
}

/** Returns what was found for each alarm of a rollback, by the newest look: first its own, then those that joined. */
const witnessesOf = (record: RollbackRecord): readonly (HostWitness | undefined)[] => [
  witnessOfOwn(record),
  ...record.joined.filter((one) => !isLaterLook(record, one)).map(({ witness }) => witness),
];

const distinct = (hosts: readonly Host[]): Host[] => [
  ...new Map(hosts.map((host) => [host.instance_id, host])).values(),
];

/** Returns whether a joined alarm is the rollback's own change of state: its hosts were looked at again. */
const isLaterLook = ({ alarm }: RollbackRecord, joined: RollbackRecord['joined'][number]): boolean =>
  joined.alarm === alarm?.name && joined.changed_at === alarm?.changed_at;

/** Returns what the newest look at the hosts found for the rollback's own alarm; undefined: nobody looked. */
const witnessOfOwn = (record: RollbackRecord): HostWitness | undefined =>
  (record.joined.find((one) => isLaterLook(record, one)) ?? record.assessment)?.witness;

/**
 * Returns whether another look at the hosts removes what the open question objects to: many are ill by now, or, if the environment lets
 * a rollback act on a few hosts alone, their peers are known to be well on the same version now and were not before.
 */
export const removesTheObjection = (record: RollbackRecord, few_ill: FewIll, look: HostWitness | undefined): boolean =>
  look?.finding === 'many' ||
  (actsOnlyOn(look, few_ill) !== undefined && actsOnlyOn(witnessOfOwn(record), few_ill) === undefined);

/** Returns whether a rollback asks whether to act on a few ill hosts, and no alarm that joined has found more. */
export const asksAboutFew = ({ assessment, joined, questions }: RollbackRecord): boolean =>
  questions.at(-1)?.kind === 'permit' &&
  questions.at(-1)?.outcome === null &&
  assessment?.witness?.finding === 'few' &&
  !joined.some(({ witness }) => witness?.finding === 'many');
