import type { Fields } from '../../console/backend.ts';
import { parseAcknowledgement } from '../../domain/afterwards/acknowledgement.ts';
import { parseBrakes } from '../../domain/brakes/brakes-request.ts';
import { parseReleaseRequest } from '../../domain/decision/release-request.ts';
import { parseRollbackRequest } from '../../domain/decision/rollback-request.ts';
import { InvalidInput } from '../../domain/errors.ts';
import type { PlanReport } from '../../domain/plan/plan-report.ts';
import type { Connected } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { readEvents, readHosts } from '../account/read-history.ts';
import { seeOpening } from '../account/see-opening.ts';
import { phaseNumbers } from '../text/known-names.ts';
import { plannedText } from '../text/planned-text.ts';
import { acceptedText } from './ack.ts';
import { brakesText } from './brakes.ts';
import { releasedText } from './release.ts';

/** Returns the phase that fields name. */
export function phaseIn({ phase = null }: Fields): number {
  if (phaseNumbers().some((one) => one === phase)) return Number(phase);
  throw new InvalidInput(`phase must be one of ${phaseNumbers().join(', ')}; found ${JSON.stringify(phase)}.`);
}

/** A plan counts as read for this long: hosts and flags change. */
const planMinutes = 15;

/**
 * Returns the acts that people need in the minute of an incident, each by the machine and in the words of its command. A start needs a plan of
 * its phase that this console has made in the last quarter of an hour.
 */
export function peopleActs(connection: Connected) {
  const plans = new Map<number, number>();
  return {
    ack: async ({ rollback, operator }: Fields) => {
      const input = parseAcknowledgement({ rollback, operator, acknowledge: true });
      const { at } = await ended<{ at: string }>(connection, 'annotate', { ...input, acknowledge: true });
      return { says: acceptedText(input.rollback, at, { environment: connection.name }) };
    },
    pause: (fields: Fields) => setBrake(connection, 'pause', fields),
    unpause: (fields: Fields) => setBrake(connection, 'unpause', fields),
    release: async (fields: Fields) => {
      const input = parseReleaseRequest(fields);
      if (input.rollback === undefined)
        throw new InvalidInput(
          'rollback is missing: the console releases the fleet of one rollback. Nothing was released.',
        );
      const released = await ended<Parameters<typeof releasedText>[0]>(connection, 'release', input);
      return { says: releasedText(released, connection.name).join('\n') };
    },
    plan: async (fields: Fields) => {
      const phase = phaseIn(fields);
      const made = await planned(connection, phase);
      plans.set(phase, Date.now());
      return made;
    },
    start: async ({ phase: named, ...fields }: Fields) => {
      const phase = phaseIn({ phase: named });
      parseRollbackRequest(fields);
      const age = Date.now() - (plans.get(phase) ?? 0);
      if (age > planMinutes * 60_000)
        throw new InvalidInput(
          `Make the plan of phase ${phase} first: a start needs one that is at most ${planMinutes} minutes old. Nothing was started.`,
        );
      return started(connection, phase, fields);
    },
  };
}

async function setBrake(connection: Connected, action: 'pause' | 'unpause', fields: Fields) {
  const { phase = null, ...more } = fields;
  const input = parseBrakes({ ...more, action, ...(phase === null ? {} : { phase: phaseIn({ phase }) }) });
  const { phase: of, ...rest } = input;
  const set = await ended<Parameters<typeof brakesText>[0]>(connection, 'brakes', of === null ? rest : input);
  return { says: brakesText(set) };
}

async function planned(connection: Connected, phase: number) {
  const executionArn = await startExecution(connection, `phase-${phase}`, { mode: 'plan' });
  const id = executionArn.split(':').at(-1) ?? '';
  const end = await follow(connection, executionArn, () => {});
  const detail = (await readEvents(connection, id)).find(({ type }) => type === 'Planned')?.detail;
  if (end?.status !== 'SUCCEEDED' || !detail)
    throw new Error(end?.cause ?? `No plan was made: execution ${executionArn}. Nothing was changed.`);
  const text = plannedText(detail as unknown as PlanReport, await readHosts(connection, id), id);
  return { says: `The plan of phase ${phase} is made. Nothing was changed.`, plan: text };
}

async function started(connection: Connected, phase: number, input: Fields) {
  const executionArn = await startExecution(connection, `phase-${phase}`, input);
  const rollback = executionArn.split(':').at(-1) ?? '';
  const { state, ...opening } = await seeOpening(connection, executionArn);
  if ('status' in opening && opening.status !== 'SUCCEEDED')
    throw new Error(opening.cause ?? `The rollback was not opened: its execution ended ${opening.status}.`);
  const says = state === 'unknown' ? 'It is not opened yet, so it may still be refused' : 'It is opened';
  return { says: `Started the rollback of phase ${phase}: ${rollback}. ${says}.`, rollback };
}

/** Starts a machine and returns its output once it has accepted the input. Throws its own sentence if it refused. */
async function ended<Output>(connection: Connected, machine: string, input: object): Promise<Output> {
  const executionArn = await startExecution(connection, machine, input);
  const end = await follow(connection, executionArn, () => {});
  if (!end) throw new Error(`It is still being processed: ${executionArn}`);
  if (end.status !== 'SUCCEEDED')
    throw new Error(end.cause ?? `Not accepted: execution ${executionArn} ended ${end.status}.`);
  return JSON.parse(end.output ?? '{}') as Output;
}
