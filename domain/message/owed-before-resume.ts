import type { SkippedStep } from '../history/skipped-steps.ts';
import type { Host } from '../host/host-verdict.ts';
import { listed } from '../listed.ts';
import { phaseWords } from '../phases.ts';
import { yourName, yourReason } from '../placeholder.ts';
import { isOfDrill, type Question } from '../question/question.ts';
import { type Decision, resolve } from '../question/resolution.ts';
import type { FleetTruth } from '../truth/fleet-truth.ts';

type OwedHost = Host & {
  readonly phase: number;
  readonly rollback: string;
  /** A person left it out. Absent: it was away, and is rolled back by itself. */
  readonly left_out?: true;
};

/** Work that rollbacks which ended well have left undone. */
export type Owed = {
  readonly hosts: readonly OwedHost[];
  /** Steps that people skipped on every host. */
  readonly steps: readonly (SkippedStep & { readonly rollback: string })[];
};

/** One reason not to resume trading, with the rollbacks that it is about. */
export type OwedReason = { readonly rollbacks: readonly string[]; readonly words: string };

/** Returns why hosts must not trade: they are owed a rollback, so they may run the bad version or be half way. `words`: for the environment. */
export function owedReasons(owed: Owed, hosts: readonly Host[], words: string): OwedReason[] {
  const trading = new Set(hosts.map(({ instance_id }) => instance_id));
  const named = `--operator "${yourName}" --reason "${yourReason}"${words}`;
  const groups = Map.groupBy(
    owed.hosts.filter(({ instance_id }) => trading.has(instance_id)),
    ({ phase, left_out = false }) => `${phase} ${left_out}`,
  );
  const ofHosts = [...groups.values()].map((group): OwedReason => {
    const [{ phase, left_out } = { phase: 0 }] = group;
    const names = group.map(({ name }) => name).toSorted();
    const rollbacks = [...new Set(group.map(({ rollback }) => rollback))];
    const why = left_out ? 'a person left it out of' : 'it was away during';
    const itself = left_out ? '' : ', or wait: it begins by itself while automation is not paused';
    return {
      rollbacks,
      words: `The rollback of phase ${phase} is owed to ${listed(names.slice(0, 20), names.length)}, because ${why} rollback ${rollbacks.join(', ')}. Roll back: npm run rollback -- start --phase ${phase} --only-hosts ${names.join(',')} ${named}${itself}`,
    };
  });
  const ofSteps = owed.steps.map(({ phase, step, rollback }) => ({
    rollbacks: [rollback],
    words: `People skipped ${step} on every host in rollback ${rollback}, and no rollback of phase ${phase} has done it since. Roll back: npm run rollback -- start --phase ${phase} --from ${step} ${named}`,
  }));
  return [...ofHosts, ...ofSteps];
}

/**
 * Returns why hosts must not trade now: the newest comparison found a version on them that a rollback had taken back. People who resumed
 * before it came back, knowing of that rollback, did not know this.
 */
export function putBackReasons({ differences }: Pick<FleetTruth, 'differences'>, hosts: readonly Host[]): OwedReason[] {
  const trading = new Set(hosts.map(({ instance_id }) => instance_id));
  const found = differences.flatMap(({ instance_id, name, what, undone }) =>
    undone !== undefined && trading.has(instance_id) ? [{ name, what, undone }] : [],
  );
  const groups = Map.groupBy(found, ({ undone }) => undone);
  return [...groups].map(([rollback, of]): OwedReason => {
    const names = of.map(({ name }) => name).toSorted();
    return {
      rollbacks: [rollback],
      words: `The version that rollback ${rollback} took back is on ${listed(names.slice(0, 20), names.length)} again: ${of[0]?.what}. Stop what brings it back and roll back: docs/runbook.md#rollback-undone`,
    };
  });
}

/** A question with its decisions, in their order. Whether an answer is verified does not matter here: an answered question waits for no person. */
export type AskedOfPeople = { readonly question: Question; readonly decisions: readonly Decision[] };

/** Returns why trading must not resume now: a CRITICAL alarm asks people whether to roll back, and nobody has decided. `now`: milliseconds since 1970. */
export const openReasons = (asked: readonly AskedOfPeople[], now: number): OwedReason[] =>
  asked.flatMap(({ question, decisions }) => {
    const { rollback, severity, kind, why } = question;
    // A hand-over holds the fleet, or is about hosts that were left.
    if (severity !== 'CRITICAL' || kind === 'hand-over' || isOfDrill(question)) return [];
    if (resolve(decisions, question, now).state !== 'open') return [];
    const words = `Rollback ${rollback} of ${phaseWords(question)} asks because of a CRITICAL alarm, and nobody has decided: ${why.join(' ')} Answer it first: \`rollback show ${rollback}\` names the answers`;
    return [{ rollbacks: [rollback], words }];
  });
