import { alarmPrefix } from '../../domain/alarm/alarm-name.ts';
import { type Brakes, blockOf, freezeAt, holding } from '../../domain/brakes/brakes.ts';
import { documentsHash } from '../../domain/drill/drill.ts';
import {
  type AlarmStates,
  alarmsLine,
  blockedLine,
  drillLine,
  hindranceLine,
} from '../../domain/ready/account-lines.ts';
import { canaryLine } from '../../domain/ready/canary-line.ts';
import { deploymentAfter, type GoingBack, goesBackTo } from '../../domain/ready/going-back.ts';
import { type Expected, hostLines } from '../../domain/ready/host-lines.ts';
import { linesAgain } from '../../domain/ready/light.ts';
import { loadLine } from '../../domain/ready/load-line.ts';
import { ownVersion } from '../../domain/ready/own-version.ts';
import {
  inOrder,
  type Line,
  notReadySentence,
  type Readiness,
  stateOf,
  unknown,
} from '../../domain/ready/readiness.ts';
import { parseReady } from '../../domain/ready/ready-request.ts';
import { countsFor, isLight, marketOfCheck } from '../../domain/ready/while-closed.ts';
import { readyPrefix } from '../../domain/tables.ts';
import { reportingId } from '../operations/reporting-id.ts';
import { askPhase } from './ask-phase.ts';
import { commonLines } from './common-lines.ts';
import type { CheckInvocation, CheckingPhase, Facts, PhaseToCheck, ReadinessDeps } from './deps.ts';

export type Checked = {
  readonly state: Readiness['state'];
  /** The lines that are not ready, for the cause of the execution; null: everything is ready. */
  readonly problem: string | null;
  readonly phases: readonly (Pick<Readiness, 'phase' | 'version' | 'state' | 'report_id'> & {
    readonly not_ready: readonly string[];
  })[];
  /**
   * The answers about the one phase that was asked about, for whoever waits for this check: what is stored may be of a later one. null: every
   * phase was asked about, which may be more than a state can pass on (256 KiB).
   */
  readonly answers: Readiness | null;
};

/**
 * Checks whether phases can be rolled back, stores the answers, and counts for the alarm if one is not ready.
 *
 * Changes nothing on a host and takes no lock. Calling it again continues. Throws InvalidInput. What cannot be read is not ready.
 */
export async function checkReadiness(
  deps: ReadinessDeps,
  invocation: CheckInvocation,
  remaining: () => number,
): Promise<Checked> {
  const { execution } = invocation;
  const known = invocation.phases.map(({ phase }) => phase);
  const request = parseReady(execution.input, known);
  const id = reportingId(`${readyPrefix}${execution.name}`, readyPrefix, execution.name);
  const all = await deps.managedInstances.hosts(deps.tag);
  const hosts = all.filter(({ missing }) => !missing);
  const [common, facts] = await Promise.all([commonLines(deps, invocation, all), factsOf(deps)]);
  const { sessionsOf = () => undefined } = deps;
  const market = marketOfCheck(known, { sessionsOf, hosts, now: deps.now() });
  const checking = { request, id, hosts, common, facts, market };
  const found: Readiness[] = [];
  for (const one of invocation.phases)
    if (request.phase === null || request.phase === one.phase)
      found.push(await checkPhase(deps, { invocation, checking, one }, remaining));
  if (request.version === null && found.some((one) => countsFor(market, one))) await deps.countNotReady();
  const state = found.every((one) => one.state === 'ready') ? 'ready' : 'not ready';
  return {
    state,
    problem: state === 'ready' ? null : notReadySentence(found),
    phases: found.map(({ phase, version, state: own, report_id, lines }) => ({
      ...{ phase, version, state: own, report_id },
      not_ready: lines.filter(({ ready }) => !ready).map((line) => line.id),
    })),
    answers: request.phase === null ? null : (found[0] ?? null),
  };
}

async function checkPhase(
  deps: ReadinessDeps,
  { invocation, checking, one }: CheckingPhase,
  remaining: () => number,
): Promise<Readiness> {
  const { request, id, hosts, common, market } = checking;
  const { phase } = one;
  const now = deps.now();
  const [before, preparations, recent] = await Promise.all([
    deps.readiness.read(phase),
    deps.preparations.of(phase),
    deps.deployments.recent(phase, new Date(now).toISOString()),
  ]);
  const own = ownVersion(preparations, recent[0]);
  const version = request.version ?? own;
  const preparation = preparations.find((some) => some.version === version);
  const light = isLight(request, market, { before, now });
  const about = light
    ? linesAgain(before, version, hosts, now)
    : await linesOfHosts(
        deps,
        { invocation, checking, one },
        { version, preparation, ...deployedSince(preparation, recent) },
        remaining,
      );
  const asked = light
    ? { asked_at: before?.asked_at ?? null, report_id: before?.report_id ?? null, asked: before?.asked ?? [] }
    : { asked_at: new Date(now).toISOString(), report_id: id, asked: hosts.map(({ instance_id }) => instance_id) };
  const lines = inOrder([
    ...about,
    ...common,
    ...(await phaseLines(deps, one, checking.facts, { version, preparation, recent })),
    canaryLine({ phase, version, recent, group: deps.canary, canary: request.canary }),
  ]);
  const readiness: Readiness = {
    ...{ phase, version, state: stateOf(lines), at: new Date(deps.now()).toISOString(), light },
    by: invocation.execution.id,
    ...(request.operator === undefined ? {} : { operator: request.operator }),
    lines,
    ...asked,
  };
  // A check of the canary group alone says nothing about the phase, whose newest answers others read.
  await deps.readiness.put(readiness, version !== own || request.canary === true);
  return readiness;
}

/** The version whose rollback is judged, and what is on record about it. */
type OnRecord = Pick<GoingBack, 'version' | 'preparation' | 'recent'>;

const deployedSince = (preparation: OnRecord['preparation'], recent: OnRecord['recent']) => {
  const found = deploymentAfter(preparation, recent);
  return {
    ...{ deployed: found !== undefined, taken_back: found?.rolled_back !== undefined },
    ...(found?.hosts ? { canary: found.hosts } : {}),
  };
};

/** Asks the hosts, and returns the lines that they answer. */
async function linesOfHosts(
  deps: ReadinessDeps,
  place: CheckingPhase,
  judged: Pick<Expected, 'version' | 'preparation' | 'deployed' | 'taken_back' | 'canary'>,
  remaining: () => number,
): Promise<Line[]> {
  const { phase, target, forbidden, steps } = place.one;
  const hosts = await askPhase(deps, place, judged.preparation, remaining);
  return hostLines(hosts, { phase, ...judged, target, forbidden, steps });
}

/** Returns what is read once for all phases. */
async function factsOf({ alarmStates, readBrakes, drills: readDrills }: ReadinessDeps): Promise<Facts> {
  const [states, brakes, drills] = await Promise.all([
    alarmStates().catch(asError),
    readBrakes().catch(asError),
    readDrills().catch(asError),
  ]);
  return { states, brakes, drills };
}

const asError = (error: Error) => error;

/** Returns the lines of a phase that tables and CloudWatch answer. */
async function phaseLines(
  deps: ReadinessDeps,
  one: PhaseToCheck,
  { states, brakes, drills }: Facts,
  judged: OnRecord,
): Promise<Line[]> {
  const { phase, documents, alarms: names } = one;
  const { version } = judged;
  const { environment, ages, now } = deps;
  const last = await deps.lastDrill(phase).catch(asError);
  const drillLineOf = () => {
    if (last instanceof Error) return unknown('drill', last);
    if (drills instanceof Error) return unknown('drill', drills);
    const judged = { phase, documents: documentsHash(documents), days: ages.drill_days, now: now() };
    return drillLine({ drill: last, held: drills.held }, judged);
  };
  const expected = names.map((name) => `${alarmPrefix(environment, phase)}${name}`);
  return [
    drillLineOf(),
    await loadLineOf(deps, phase),
    brakes instanceof Error ? unknown('blocked', brakes) : await blockedLineOf(deps, one, brakes, judged),
    states instanceof Error ? unknown('alarms', states) : alarmsLine(expected, states),
    hindrance(brakes, states, { phase, version, expected, at: new Date(now()).toISOString() }),
  ];
}

async function loadLineOf({ loadTests: { needed, read }, ages, now }: ReadinessDeps, phase: number): Promise<Line> {
  const test = needed ? await read(phase).catch(asError) : undefined;
  return test instanceof Error
    ? unknown('load', test)
    : loadLine(test, { needed, phase, days: ages.load_days, now: now() });
}

async function blockedLineOf(
  { deployments, now }: ReadinessDeps,
  { phase, target, also_undone }: PhaseToCheck,
  { blocks }: Brakes,
  judged: OnRecord,
): Promise<Line> {
  if (target === null) return blockedLine(null, null, '');
  const at = new Date(now()).toISOString();
  const others = await Promise.all(
    also_undone.map(async (other) => ({ phase: other, recent: await deployments.recent(other, at) })),
  ).catch(asError);
  if (others instanceof Error) return unknown('blocked', others);
  const goes_back = goesBackTo({ phase, target, ...judged, others, blocks, now: at });
  return blockedLine(target, blockOf(blocks, { phase, version: target }), goes_back);
}

type Deploying = {
  readonly phase: number;
  readonly version: string | null;
  readonly expected: readonly string[];
  readonly at: string;
};

function hindrance(
  brakes: Brakes | Error,
  states: AlarmStates | Error,
  { phase, version, expected, at }: Deploying,
): Line {
  if (brakes instanceof Error) return unknown('hindrance', brakes);
  if (states instanceof Error) return unknown('hindrance', states);
  const block = version === null ? null : blockOf(brakes.blocks, { phase, version });
  return hindranceLine(
    { freeze: freezeAt(brakes, phase, at), pause: holding(brakes.pauses, phase), block },
    expected.filter((name) => states[name] === 'ALARM'),
  );
}
