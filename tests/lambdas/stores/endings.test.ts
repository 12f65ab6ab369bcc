import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { endingsIn, type ReachedEnding } from '../../../lambdas/stores/endings.ts';
import { emptyTables } from '../tables.ts';

let db: DynamoDBDocumentClient;
beforeEach(async () => {
  ({ db } = await emptyTables());
});

const rolledBack: ReachedEnding = { ending: 'Rolled back', problem: null, at: '2026-03-02T09:00:00.000Z' };
const stopped: ReachedEnding = { ending: 'Needs a person', problem: 'x', at: '2026-03-02T09:00:30.000Z' };

/** A client whose writes fail; `made`: they are made before that, so only their responses are lost. */
const failing = (made: boolean) =>
  ({
    send: async (command: Parameters<typeof db.send>[0]) => {
      const isWrite = command.constructor.name === 'PutCommand';
      if (made || !isWrite) {
        const response = await db.send(command);
        if (!isWrite) return response;
      }
      throw new Error('throttled');
    },
  }) as unknown as DynamoDBDocumentClient;

describe('an ending whose write fails', () => {
  test('is stored if only the response was lost', async () => {
    expect(await endingsIn(failing(true), 'state').reach('r-1', rolledBack)).toEqual(rolledBack);
    expect(await endingsIn(db, 'state').read('r-1')).toEqual(rolledBack);
  });

  test('does not hide the ending that was stored before', async () => {
    await endingsIn(db, 'state').reach('r-1', rolledBack);
    expect(await endingsIn(failing(false), 'state').reach('r-1', stopped)).toEqual(rolledBack);
  });

  test('is an error if nothing is stored', async () => {
    await expect(endingsIn(failing(false), 'state').reach('r-1', rolledBack)).rejects.toThrow('throttled');
  });
});
