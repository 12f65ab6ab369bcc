import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { brakeSentence, stopping } from '../../domain/brakes/brakes.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { Target } from '../../domain/infra/runbook-steps.ts';
import { blockedTarget } from '../../domain/message/blocked-target.ts';
import { environmentOption } from '../../domain/message/execution-place.ts';
import { phasesOf } from '../../domain/phases.ts';
import { yourName, yourReason } from '../../domain/placeholder.ts';
import type { Question } from '../../domain/question/question.ts';
import { frozenKey, tableNames } from '../../domain/tables.ts';
import type { Connection } from '../account/clients.ts';
import { readBrakes } from '../account/read-status.ts';

/**
 * Returns which brakes would end a rollback that hands over, at its next step, whatever an operator answers but abort; [] if none
 * would. They are those that a step looks at (lambdas/operations/hold-for-step.ts). `opened`: ISO 8601.
 *
 * Brakes that cannot be read keep nobody from the answers: a step reads them again.
 */
export async function brakesAhead(
  connection: Connection,
  record: RollbackRecord,
  { stopped }: Pick<Question, 'stopped'>,
  opened: string | undefined,
): Promise<string[]> {
  if (!stopped || stopped.kind === 'confirming') return []; // no step is left
  try {
    const { pauses, blocks, ...rest } = await readBrakes(connection);
    const [pause] = phasesOf(record).flatMap((phase) => stopping({ ...rest, pauses, blocks }, phase, opened) ?? []);
    const blocked =
      blocks.length > 0 && blockedTarget(blocks, await toRestore(connection, record), record.execution_arn);
    return [
      ...(pause ? [brakeSentence('pause', pause)] : []),
      ...(blocked ? [blocked] : []),
      ...(pause || blocked ? [endsSo] : []),
      ...(pause ? [`  ${unpauseCommand(pause.phase ?? null, connection.name)}`] : []),
    ];
  } catch {
    return [];
  }
}

const endsSo =
  'Until that is over, every answer but abort ends the rollback as "Needs a person" before its next step. End it first, or abort:';

const unpauseCommand = (phase: number | null, environment: string) =>
  `npm run rollback -- unpause${phase === null ? '' : ` --phase ${phase}`} --operator "${yourName}" --reason "${yourReason}"${environmentOption(environment)}`;

/** Returns the versions that the rollback has still to restore. */
async function toRestore(
  { db, name }: Connection,
  { rollback_id, steps }: Pick<RollbackRecord, 'rollback_id' | 'steps'>,
): Promise<Target[]> {
  const Key = frozenKey(rollback_id);
  const { Item } = await db.send(new GetCommand({ TableName: tableNames(name).state, Key, ConsistentRead: true }));
  const targets = (Item?.['targets'] ?? []) as readonly Target[];
  const isDone = (step: string | undefined) => steps.some((one) => one.step === step && one.verdict === 'done');
  return targets.filter(({ by }) => !isDone(by.at(-1)));
}
