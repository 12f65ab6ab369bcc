import { counted } from '../counted.ts';
import { InvalidInput } from '../errors.ts';
import type { Host, HostVerdict } from '../host/host-verdict.ts';
import { isNamed } from '../host/inventory.ts';
import { partId } from '../infra/part.ts';
import { stepId } from '../infra/runbook-steps.ts';
import { listed } from '../listed.ts';
import { nearMiss } from '../near-miss.ts';
import { shown } from '../printable.ts';
import { keptWhatItTook } from './data-loss.ts';
import { notSent } from './resumed-trading.ts';

/** The step at which a person had a rollback begin, and what earlier rollbacks of the incident did of its steps. */
export type BeginsAt = {
  /** The step's id. */
  readonly step: string;
  readonly name: string;
  /** The name that the person gave, as a claim. */
  readonly operator: string | null;
  readonly reason: string | null;
  /**
   * The steps before it, by id: they are passed over. `restores`: the step restores code, so each host is asked instead
   * whether its code is at the target.
   */
  readonly passed: readonly { readonly step: string; readonly restores: boolean }[];
  /** Steps that are not repeated on a host, because an earlier rollback of the incident did them there. */
  readonly done: readonly DoneBy[];
  /** Steps before it that an earlier rollback did, and that something may have undone since: they run again. Absent: none. */
  readonly undone?: readonly UndoneSince[];
  /** The history of earlier rollbacks could not be read, so nothing counts as done. Absent: it was read. */
  readonly unread?: true;
};

/** `hosts`: by instance id. */
type DoneBy = { readonly step: string; readonly rollback: string; readonly hosts: readonly string[] };
type UndoneSince = DoneBy & { readonly why: string };

/** Something that may have undone the steps of a rollback: a resume of trading, a deployment, a flag, a rollback of another phase. */
export type Undoing = {
  /** In words, with its instant. */
  readonly why: string;
  /** Instant as ISO 8601: steps that were done before it may be undone. null: it has not ended. */
  readonly at: string | null;
  /** Names or instance ids of its hosts; null: every host. */
  readonly only: readonly string[] | null;
  /** The rollback that it was. Absent: it was none. */
  readonly rollback?: string;
};

/** An earlier rollback of the phase, with what it did on each host. */
export type EarlierRollback = {
  readonly rollback: string;
  /** It rolled its hosts back, so for them a new incident began after it. */
  readonly endedWell: boolean;
  /** It had the same target, and began after the newest deployment. If not, nothing that it did counts. */
  readonly counts: boolean;
  /** The instance ids of the hosts that it acted on until its end. */
  readonly hosts: readonly string[];
  /** ISO 8601: it took rows since then. */
  readonly window_start: string;
  /** ISO 8601: it last took the fleet then, so it did its newest steps after that. */
  readonly took_fleet: string;
  /** The instance ids of the hosts on which one of its own steps resumed trading, or may have (resumed-trading.ts). */
  readonly resumed: readonly string[];
  readonly verdicts: readonly (Pick<HostVerdict, 'verdict' | 'report'> & {
    readonly step: string;
    readonly instance_id: string;
  })[];
};

/**
 * Returns the step of a phase's runbook that a person names: by its heading, its id, or its id in a rollback of several phases, as a
 * record has it. Throws InvalidInput with the nearest one and all.
 */
export function stepNamed(found: string, names: readonly string[], phase: number): string {
  const ids = [stepId(found), stepId(found).replace(partId(phase, ''), '')];
  const name = ids.flatMap((id) => names.find((one) => stepId(one) === id) ?? [])[0];
  if (name !== undefined) return name;
  const part = stepId(found);
  const near = nearMiss(found, names) ?? names.find((one) => part.length > 2 && stepId(one).includes(part));
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  throw new InvalidInput(
    `from_step must be a step of this phase; found ${shown(found)}.${hint} Steps: ${names.join(', ')}. Nothing was changed.`,
  );
}

type Begun = Pick<BeginsAt, 'passed'> & {
  /** The hosts to roll back. */
  readonly hosts: readonly Host[];
  /** Events that may have undone steps of earlier rollbacks, in any order. */
  readonly undoings: readonly Undoing[];
  /** ISO 8601: rows are taken since then. null: a person gave the instant, so rows are taken whatever was taken before. */
  readonly window_start: string | null;
};

/**
 * Returns the steps that are not repeated, by host, and those before the first one that run again. The newest rollback that sent a step
 * to a host decides: a step that failed there since, or whose effect is unknown, is not done. `earlier`: the newest first.
 *
 * A step before the first one counts as done if it was, except the one that restores code: each host is asked about that. Of the others only a step that took rows or keys away, and proved that
 * it kept them: a second time would take what came after it. Every other step is repeated, because the host may have changed.
 *
 * A resume of trading, a deployment, a flag or another phase's rollback may undo a step before the first one: it does not count as done
 * then, unless it took something away. So may the step of an earlier rollback after which trading ran. Nobody knows exactly what each undoes, and a step may run twice, so the step is repeated.
 */
export function doneEarlier(
  earlier: readonly EarlierRollback[],
  { passed, hosts, undoings, window_start }: Begun,
): { readonly done: readonly DoneBy[]; readonly undone: readonly UndoneSince[] } {
  const open = new Map(hosts.map((host) => [host.instance_id, host]));
  const judged = new Set<string>();
  const done = new Map<string, UndoneSince>();
  const undone = new Map<string, UndoneSince>();
  const resumedBy = new Map<string, string>();
  const isPassed = (step: string) => passed.some((one) => one.step === step && !one.restores);
  for (const {
    rollback,
    endedWell,
    counts,
    hosts: own,
    verdicts,
    window_start: since,
    took_fleet,
    resumed,
  } of earlier) {
    if (endedWell) for (const host of own) open.delete(host);
    for (const host of resumed) if (!resumedBy.has(host)) resumedBy.set(host, rollback);
    const sameRows = window_start !== null && since <= window_start;
    for (const { step, instance_id, verdict, report } of counts ? verdicts : []) {
      const key = `${step} ${instance_id}`;
      const host = open.get(instance_id);
      if (!host || notSent.includes(verdict) || judged.has(key)) continue;
      judged.add(key);
      const took = keptWhatItTook(report);
      if (verdict !== 'done' || !(isPassed(step) || (sameRows && took))) continue;
      const why = took
        ? undefined
        : (undoingOf(undoings, host, { since: took_fleet, rollback }) ?? resumeWords(resumedBy.get(instance_id)));
      addHost(why === undefined ? done : undone, { step, rollback, why: why ?? '' }, instance_id);
    }
  }
  return { done: [...done.values()].map(({ why: _, ...one }) => one), undone: [...undone.values()] };
}

/** Returns what may have undone a rollback's steps on a host, in words: the newest; undefined if nothing did. `since`: when it did them. */
const undoingOf = (
  undoings: readonly Undoing[],
  host: Host,
  { since, rollback }: { readonly since: string; readonly rollback: string },
): string | undefined =>
  undoings
    .filter((one) => one.rollback !== rollback && (one.at === null || one.at > since))
    .filter(({ only }) => only === null || isNamed(host, only))
    .toSorted((a, b) => (a.at ?? '~').localeCompare(b.at ?? '~'))
    .at(-1)?.why;

/** A rollback that resumed trading undid what it, or an earlier one, had stopped on the host. */
const resumeWords = (rollback: string | undefined): string | undefined =>
  rollback === undefined ? undefined : `rollback ${rollback} resumed trading there, or may have`;

function addHost(to: Map<string, UndoneSince>, of: Omit<UndoneSince, 'hosts'>, host: string): void {
  const key = `${of.step} ${of.rollback} ${of.why}`;
  to.set(key, { ...of, hosts: [...(to.get(key)?.hosts ?? []), host] });
}

/** Returns whether a rollback passes over a step, and whether the step restores code; undefined: it runs the step. */
export const passedStep = (begins: BeginsAt | undefined, step: string): BeginsAt['passed'][number] | undefined =>
  begins?.passed.find((one) => one.step === step);

/** Returns the instance ids of the hosts on which a step is not repeated. */
export const hostsDoneEarlier = (begins: BeginsAt | undefined, step: string): ReadonlySet<string> =>
  new Set((begins?.done ?? []).filter((one) => one.step === step).flatMap(({ hosts }) => hosts));

/**
 * Returns why a host is not at the target, from what a restore would change there (`report` of the script in mode `plan`); null if
 * it is. `version`: the tag.
 */
export function codeProblem(version: string, report: HostVerdict['report']): string | null {
  const differing = report?.['would_change'];
  if (differing === 0) return null;
  const found =
    typeof differing === 'number'
      ? counted(differing, 'file differs', 'files differ')
      : 'it did not report how many files differ';
  return `not at ${version}: ${found}, and the step that restores it was left out`;
}

const mostNamed = 20;
type Counted = { readonly hosts: number; readonly names: readonly string[] };
const countedHosts = (hosts: readonly Host[]): Counted => ({
  hosts: hosts.length,
  names: hosts.slice(0, mostNamed).map(({ name }) => name),
});

/** A step that is passed over or not repeated, with the number and the first names of its hosts. */
type ReportedStep = {
  readonly step: string;
  readonly done_by: readonly (Counted & { readonly rollback: string })[];
  /** Hosts on which nobody is known to have done the step. */
  readonly left_out: Counted;
};

/** A step before the first one that runs again. */
type RepeatedStep = Counted & { readonly step: string; readonly rollback: string; readonly why: string };

/** The step at which a rollback began, and the steps that it did not run or repeat, as its history has them. */
export type BeginsAtReport = Pick<BeginsAt, 'step' | 'name' | 'operator' | 'reason' | 'unread'> & {
  /** The steps before it. `checked`: the code, which each host is asked about. */
  readonly before: readonly (ReportedStep & { readonly checked?: true })[];
  readonly not_repeated: readonly ReportedStep[];
  /** Absent: none. */
  readonly undone?: readonly RepeatedStep[];
  /** The number of hosts whose code was found at the target, instead of being restored. Absent: none was asked yet. */
  readonly code_at_target?: number;
};

/** Returns the report on the step at which a rollback began. `hosts`: those that it acts on. */
export function beginsAtReport(begins: BeginsAt, hosts: readonly Host[]): BeginsAtReport {
  const { step, name, operator, reason, unread, passed, done, undone = [] } = begins;
  const among = (ids: readonly string[]) => countedHosts(hosts.filter(({ instance_id }) => ids.includes(instance_id)));
  const isPassed = (id: string) => passed.some((one) => one.step === id);
  const later = [...new Set(done.map((one) => one.step))].filter((id) => !isPassed(id));
  return {
    ...{ step, name, operator, reason },
    ...(unread ? { unread } : {}),
    before: passed.map((one) =>
      one.restores
        ? { step: one.step, done_by: [], left_out: countedHosts([]), checked: true as const }
        : reportedStep(begins, one.step, hosts),
    ),
    not_repeated: later.map((id) => ({ ...reportedStep(begins, id, hosts), left_out: countedHosts([]) })),
    ...(undone.length > 0 ? { undone: undone.map(({ hosts: ids, ...one }) => ({ ...one, ...among(ids) })) } : {}),
  };
}

function reportedStep(begins: BeginsAt, step: string, hosts: readonly Host[]): ReportedStep {
  const did = hostsDoneEarlier(begins, step);
  return {
    step,
    done_by: begins.done
      .filter((one) => one.step === step)
      .map((one) => ({
        rollback: one.rollback,
        ...countedHosts(hosts.filter(({ instance_id }) => one.hosts.includes(instance_id))),
      })),
    left_out: countedHosts(hosts.filter(({ instance_id }) => !did.has(instance_id))),
  };
}

/**
 * Returns a sentence on the steps that a person left out by beginning at a later one, each with its hosts; [] if earlier
 * rollbacks did them all. The code is not in it: each host was asked about that.
 */
export function leftOutByStart(begins: BeginsAt | undefined, hosts: readonly Host[]): string[] {
  if (!begins) return [];
  const left = beginsAtReport(begins, hosts).before.filter(({ left_out }) => left_out.hosts > 0);
  if (left.length === 0) return [];
  const steps = left.map(({ step, left_out }) => `${step} on ${hostWords(left_out, hosts.length)}`);
  const { name, operator, reason } = begins;
  return [
    `Left out, because ${operator ?? 'somebody'} began at ${name} (${reason ?? 'no reason'}): ${steps.join('; ')}.`,
  ];
}

const hostWords = ({ hosts, names }: Counted, of: number) => (hosts === of ? 'every host' : listed(names, hosts));

/** Returns a line for each step that is passed over or not repeated, for a terminal. */
export function beginsAtLines(report: BeginsAtReport): string[] {
  const { before, not_repeated, undone = [], unread, code_at_target } = report;
  const code =
    code_at_target === undefined
      ? 'each host is asked whether its code is at the target; one that is not stops the rollback'
      : `the code of every host was at the target (${counted(code_at_target, 'host')})`;
  const line = (step: string, words: string) => `  ${step.padEnd(29)} ${words}`;
  return [
    ...(unread ? ['  The history could not be read, so no step counts as done by an earlier rollback.'] : []),
    ...before.map((one) => line(one.step, `not run: ${one.checked ? code : whyNotRun(one)}`)),
    ...not_repeated.map((one) => line(one.step, `not repeated: ${whyNotRun(one)}`)),
    ...undone.map((one) =>
      line(one.step, `repeated: done by rollback ${one.rollback} on ${named(one)}, perhaps undone since: ${one.why}`),
    ),
  ];
}

const whyNotRun = ({ done_by, left_out }: ReportedStep): string =>
  [
    ...done_by.filter(({ hosts }) => hosts > 0).map((one) => `done by rollback ${one.rollback} on ${named(one)}`),
    ...(left_out.hosts > 0 ? [`left out on ${named(left_out)}`] : []),
  ].join('; ');

const named = ({ hosts, names }: Counted) =>
  `${names.slice(0, 5).join(', ')}${hosts > 5 ? ` and ${hosts - 5} more` : ''}`;
