import { judgedPaths } from '../../domain/infra/part.ts';
import { chosenParts, phasesOf } from '../../domain/phases.ts';
import type { HostCommand } from '../middleware/payload.ts';
import type { ConfirmPhasesRequest } from './confirm-recovery.ts';
import type { ConfirmPart } from './step-evidence.ts';

/** One phase of the machine that rolls several phases back, with the code that it restores. */
export type JudgedPart = ConfirmPart & {
  readonly phase: number;
  readonly own_checks: readonly string[];
  readonly paths: readonly string[];
  readonly copies: readonly { readonly from: string; readonly to: string }[];
};

/** Input of the confirmation of a rollback of several phases: all phases, of which the rollback has some. */
export type ConfirmPartsRequest = Pick<ConfirmPhasesRequest, 'rollback' | 'fence'> & {
  readonly parts: readonly JudgedPart[];
  /** Each health check once, with the phases whose runbooks have it. */
  readonly healths: readonly { readonly phases: readonly number[]; readonly command: HostCommand }[];
};

/**
 * Returns what is judged of a rollback of several phases, all at the end: each of its phases by what no phase after it has
 * changed again, and the health of the hosts once.
 */
export function judgedPhases({ rollback, fence, parts, healths }: ConfirmPartsRequest): ConfirmPhasesRequest {
  const phases = phasesOf(rollback);
  const { chosen, lowest } = chosenParts(rollback, parts, ({ phase }) => phase);
  const [first, ...others] = chosen;
  const judged = (part: JudgedPart) => judgedPart(part, chosen.slice(chosen.indexOf(part) + 1));
  return {
    rollback,
    fence,
    parts: [judged(first), ...others.map(judged)],
    target_version: lowest.target_version,
    healths: healths.filter((one) => one.phases.some((phase) => phases.includes(phase))).map(({ command }) => command),
    own_checks: chosen.flatMap(({ own_checks }) => own_checks),
  };
}

/** Leaves out of a phase's version check what the phases after it (`later`) have set again. */
function judgedPart(
  { steps, target_version, version, ...part }: JudgedPart,
  later: readonly JudgedPart[],
): ConfirmPart {
  const { paths, copies } = judgedPaths(
    part,
    later.map((one) => one.paths),
  );
  const { Paths: _, Copies: __, Flags = '', Services = '', ...parameters } = version.parameters;
  const own = {
    Paths: paths.join(' '),
    Copies: copies.map(({ from, to }) => `${from}>${to}`).join(' '),
    Flags: withoutLater(Flags, 'Flags', later),
    Services: withoutLater(Services, 'Services', later),
  };
  // An empty parameter is left out: empty is its default.
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== ''));
  return { steps, target_version, version: { ...version, parameters: { ...parameters, ...given } } };
}

/** Returns the `name=value` pairs of a parameter whose names no later phase's check has. */
function withoutLater(pairs: string, parameter: string, later: readonly JudgedPart[]): string {
  const named = (text: string) => text.split(' ').filter(Boolean);
  const nameIn = (pair: string) => pair.split('=')[0];
  const set = new Set(later.flatMap(({ version }) => named(version.parameters[parameter] ?? '')).map(nameIn));
  return named(pairs)
    .filter((pair) => !set.has(nameIn(pair)))
    .join(' ');
}
