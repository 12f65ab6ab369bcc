import type { Fields } from '../../console/backend.ts';
import { parseRollbackRequest } from '../../domain/decision/rollback-request.ts';
import { InvalidInput } from '../../domain/errors.ts';
import type { PlanReport } from '../../domain/plan/plan-report.ts';
import type { Connected } from '../account/clients.ts';
import { readEvents, readHosts } from '../account/read-history.ts';
import { seeOpening } from '../account/see-opening.ts';
import { plannedText } from '../text/planned-text.ts';
import { begun, endOf, phaseIn } from './console-machine.ts';

/** A plan counts as read for this long: hosts and flags change. */
const planMinutes = 15;
/** Hosts, steps and rows of a start cannot be seen to be right in two clicks. */
const startKeys = ['severity', 'operator', 'reason'] as const;

type Start = {
  readonly phase: number;
  readonly fields: Fields;
  /** Epoch milliseconds, by the account's clock; NaN: there is no plan. */
  readonly plannedAt: number;
  readonly now: number;
};

/** Returns why the console does not start a rollback; undefined if it does. */
export function startRefusal({ phase, fields, plannedAt, now }: Start): string | undefined {
  const unknown = Object.keys(fields).find((key) => !startKeys.some((one) => one === key));
  if (unknown !== undefined)
    return `A start from the console takes no ${unknown}, only ${startKeys.join(', ')}. Start it by the command line. Nothing was started.`;
  const missing = (['operator', 'reason'] as const).find((key) => (fields[key] ?? null) === null);
  if (missing)
    return `${missing} is missing: a start from the console has your name and your reason. Nothing was started.`;
  const age = now - plannedAt;
  if (age >= 0 && age <= planMinutes * 60_000) return undefined;
  return `Make the plan of phase ${phase} first: each start needs one that is at most ${planMinutes} minutes old. Nothing was started.`;
}

/**
 * Returns the acts that plan a rollback and start it. A start needs a plan of its phase that this console has made in the last quarter of an
 * hour, and uses it up: the rollback changes what every plan says.
 */
export function startActs(connection: Connected, now: () => number) {
  const plans = new Map<number, number>();
  return {
    plan: async (fields: Fields) => {
      const phase = phaseIn(fields);
      const made = await planned(connection, phase);
      plans.set(phase, now());
      return made;
    },
    start: async ({ phase: named, ...fields }: Fields) => {
      const phase = phaseIn({ phase: named });
      const refusal = startRefusal({ phase, fields, plannedAt: plans.get(phase) ?? Number.NaN, now: now() });
      if (refusal !== undefined) throw new InvalidInput(refusal);
      parseRollbackRequest(fields);
      plans.clear();
      return started(connection, phase, fields);
    },
  };
}

async function planned(connection: Connected, phase: number) {
  const executionArn = await begun(connection, `phase-${phase}`, { mode: 'plan' });
  const id = executionArn.split(':').at(-1) ?? '';
  const end = await endOf(connection, executionArn);
  const detail = (await readEvents(connection, id)).find(({ type }) => type === 'Planned')?.detail;
  if (end.status !== 'SUCCEEDED' || !detail)
    throw new Error(end.cause ?? `No plan was made: execution ${executionArn}. Nothing was changed.`);
  const text = plannedText(detail as unknown as PlanReport, await readHosts(connection, id), id);
  return { says: `The plan of phase ${phase} is made. Nothing was changed.`, plan: text };
}

async function started(connection: Connected, phase: number, input: Fields) {
  const executionArn = await begun(connection, `phase-${phase}`, input);
  const rollback = executionArn.split(':').at(-1) ?? '';
  const { state, ...opening } = await seeOpening(connection, executionArn);
  if ('status' in opening && opening.status !== 'SUCCEEDED')
    throw new Error(opening.cause ?? `The rollback was not opened: its execution ended ${opening.status}.`);
  const says = state === 'unknown' ? 'It is not opened yet, so it may still be refused' : 'It is opened';
  return { says: `Started the rollback of phase ${phase}: ${rollback}. ${says}.`, rollback };
}
