import { checks, type HostDocument, holdScript } from '../../config/host-document.ts';
import { type Part, partId, partName } from '../../domain/infra/part.ts';
import type { Runbook } from '../../domain/infra/runbook.ts';
import { alsoUndone, firstWhole, holdId, restoresOf, stepId } from '../../domain/infra/runbook-steps.ts';
import type { Triggers } from '../../domain/infra/triggers-file.ts';
import { type Choice, expression, type State, type Task } from '../asl.ts';
import { policyOf, type StepState } from './asking.ts';
import { fleetCommand } from './fleet-command.ts';
import {
  confirmingState,
  holdDeployments,
  holdDeploymentsState,
  hostCommand,
  hostStepState,
  letOthersAct,
} from './host-tasks.ts';
import { documentsOf, letOthersActState, openingState, takeTheFleetState } from './opening.ts';
import { planCommands, planningState } from './plan-and-drill.ts';
import { versionLook } from './version-look.ts';

// The states of the machine that rolls several phases back. `parts` are all phases, the latest first; the person's input
// chooses the lowest that is rolled back.

/** Decides which phases are rolled back, and freezes what the rollback acts on. */
export function openSeveralPhasesState(
  parts: readonly Part[],
  runbooks: readonly Runbook[],
  documents: readonly HostDocument[],
  triggers: Triggers,
): Task {
  const [latest] = parts;
  if (!latest) throw new Error('infra/runbooks has no runbook to roll back.');
  const opening = openingState(
    {
      fleet: '${Fleet}',
      triggers: policyOf(latest, triggers).triggers,
      parts: parts.map((part) => ({
        phase: { number: part.phase, name: part.name },
        target_version: part.target.version,
        also_undone: alsoUndone(part, runbooks),
        restores: restoresOf(part),
        steps: policyOf(part, triggers).steps,
        documents: documentsOf(part, documents),
      })),
      looks: parts.map((part) =>
        versionLook(
          part,
          runbooks,
          parts.some(({ forbidden }) => forbidden.length > 0),
        ),
      ),
    },
    {
      phase: expression(lowest(parts)),
      phases: expression(`[$filter([${numbers(parts)}], function($phase) { $phase >= ${lowest(parts)} })]`),
    },
  );
  return {
    ...opening,
    Assign: { ...opening.Assign, left: expression('$states.result.Payload.rollback.phases') },
    Catch: opening.Catch.map((one) =>
      'rollback' in one.Assign ? { ...one, Assign: { ...one.Assign, left: [] } } : one,
    ),
  };
}

const numbers = (parts: readonly Part[]) => parts.map(({ phase }) => phase).join(', ');

/** The lowest phase of a rollback that could not be opened, whatever its input contains. */
const lowest = (parts: readonly Part[]) =>
  `($before := $states.input.before; $exists($before) ? ($before in [${numbers(parts)}] ? $before : ${parts[0]?.phase}) : ${parts[0]?.phase})`;

/** Takes the fleet, and learns which phases others have rolled back while it waited. */
export function takeTheFleetForSeveralState(next: string): Task {
  const taking = takeTheFleetState(next);
  return { ...taking, Assign: { ...taking.Assign, left: expression('$states.result.Payload.left') } };
}

/** Holds deployments once for all phases. The command belongs to none of them, as the hold does. */
export const holdForSeveralState = (next: string): Task =>
  holdDeploymentsState(
    fleetCommand({ id: holdId, name: holdDeployments, kind: 'beside', script: holdScript, seconds: 30 }),
    next,
  );

/** The most approvers that a phase of the rollback wants: hosts are left out of all its phases. */
export const mostApprovers = (parts: readonly Part[]): number | string =>
  parts.every(({ approvers }) => approvers === parts[0]?.approvers)
    ? (parts[0]?.approvers ?? 1)
    : expression(
        `$max([$filter([${parts.map(({ phase, approvers }) => `{"phase": ${phase}, "approvers": ${approvers}}`).join(', ')}], function($part) { $part.phase in $rollback.phases }).approvers])`,
      );

/** States that follow each other, and the name of the first. */
type Chain = { readonly first: string; readonly states: Readonly<Record<string, State>> };
type Steps = { readonly part: Part; readonly steps: Part['steps'] };

/**
 * Returns the states that roll the phases back: first each phase's own steps, the latest phase first; then the steps that
 * judge or change whole hosts, in the same order. A phase that is not rolled back, or was by others, is passed over.
 */
export function severalPhasesStates(
  parts: readonly Part[],
  next: string,
): Chain & { readonly steps: readonly StepState[] } {
  const own = parts.map((part) => ({ part, steps: part.steps.slice(0, ownSteps(part)) }));
  const whole = parts.map((part) => ({ part, steps: part.steps.slice(ownSteps(part)) })).filter(hasSteps);
  const last = whole.reduceRight<Chain>((after, group) => asked('Finish', group, after), { first: next, states: {} });
  const others = whole.length > 0 ? othersFirst(whole, last, next) : last;
  const states = own.filter(hasSteps).reduceRight<Chain>((after, group) => asked('Roll back', group, after), others);
  return {
    ...states,
    steps: [...begun('Roll back', own.filter(hasSteps)), ...begun('Finish', whole, judgeWholeHosts)],
  };
}

/**
 * Returns the steps of groups in their order, each with the state that begins it: for the first of a group that is the question
 * whether its phase is rolled back. `first`: the state that begins the first group, if it is another.
 */
const begun = (verb: Verb, groups: readonly Steps[], first?: string): StepState[] =>
  groups.flatMap(({ part, steps }, group) =>
    steps.map(({ name }, step) => ({
      name,
      begins: step > 0 ? name : ((group === 0 ? first : undefined) ?? isRolledBack(verb, part)),
    })),
  );

type Verb = 'Roll back' | 'Finish';
const isRolledBack = (verb: Verb, { phase }: Part) => `${verb} phase ${phase}?`;
const judgeWholeHosts = 'Judge whole hosts?';

const hasSteps = ({ steps }: Steps) => steps.length > 0;

/** Returns the number of a part's steps before the first one that judges whole hosts. */
const ownSteps = (part: Part) => (firstWhole(part) === -1 ? part.steps.length : firstWhole(part));

/** Returns the steps of one phase behind the question whether it is rolled back. */
function asked(verb: Verb, { part, steps }: Steps, after: Chain): Chain {
  const name = isRolledBack(verb, part);
  const states = steps.map((step, i) => [step.name, hostStepState(part, step, steps[i + 1]?.name ?? after.first)]);
  const question = choice(`Phase ${part.phase}, ${part.name}.`, [part], {
    yes: steps[0]?.name ?? after.first,
    no: after.first,
  });
  return { first: name, states: { [name]: question, ...Object.fromEntries(states), ...after.states } };
}

/** Before the first step that judges whole hosts, rollbacks of other phases act: until then no host can be healthy. */
function othersFirst(whole: readonly Steps[], { first, states }: Chain, no: string): Chain {
  const name = judgeWholeHosts;
  const parts = whole.map(({ part }) => part);
  const comment = 'Some phases end with steps that judge or change whole hosts.';
  return {
    first: name,
    states: {
      [name]: choice(comment, parts, { yes: letOthersAct, no }),
      [letOthersAct]: letOthersActState(first),
      ...states,
    },
  };
}

/** Returns whether one of the phases is left to roll back. */
const choice = (comment: string, parts: readonly Part[], { yes, no }: { yes: string; no: string }): Choice => ({
  Type: 'Choice',
  Comment: comment,
  Choices: [
    { Comment: 'yes', Condition: expression(parts.map(({ phase }) => `${phase} in $left`).join(' or ')), Next: yes },
  ],
  Default: no,
});

/** Judges every phase, all at the end: what a later part has changed again is judged by that part alone. */
export function confirmSeveralState(parts: readonly Part[]): Task {
  const healths = new Map<string, { readonly part: Part; readonly phases: number[] }>();
  for (const part of parts) {
    const { health } = part.confirm;
    if (!health) continue;
    const key = JSON.stringify([health.script, health.parameters]);
    const same = healths.get(key) ?? { part, phases: [] };
    same.phases.push(part.phase);
    healths.set(key, same);
  }
  return confirmingState({
    parts: parts.map((part) => {
      const [version] = checks(part);
      const id = partId(part.phase, 'confirm-recovery');
      const name = partName(part.phase, 'Confirm recovery');
      return {
        phase: part.phase,
        steps: part.steps.map((step) => stepId(step.name)),
        own_checks: part.confirm.health?.own ?? [],
        target_version: part.target.version,
        paths: part.target.paths,
        copies: part.target.copies,
        version: version && hostCommand(part, { id, name, kind: 'check', ...version }),
      };
    }),
    healths: [...healths.values()].map(({ part, phases }, i) => ({ phases, command: healthCommand(part, i) })),
  });
}

/** Returns a health check. Runbooks share one as a rule, and it then has the id that it has in the machine of one phase. */
function healthCommand(part: Part, i: number) {
  const [, health] = checks(part);
  const id = i === 0 ? 'confirm-health' : partId(part.phase, 'confirm-health');
  return health && hostCommand(part, { id, name: 'Confirm health', kind: 'check', ...health });
}

/** Asks every host what each step of every phase would do there, and writes one plan. */
export const planSeveralState = (parts: readonly Part[], runbooks: readonly Runbook[]): Task =>
  planningState({
    runbooks: runbooks.map(({ phase, name, target }) => ({
      phase,
      name,
      target: { version: target.version, paths: target.paths },
      steps: [],
    })),
    parts: parts.map((part) => ({
      phase: part.phase,
      planned: part.steps.map(({ name, timeout, flags }) => ({ name, timeout, flags })),
      ...planCommands(part, partId(part.phase, 'version-now')),
    })),
  });
