import type { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../../cli/account/clients.ts';
import { openQuestion } from '../../../cli/text/open-question.ts';
import { readEnvironment } from '../../../config/environments.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { newHandOver } from '../../../domain/question/hand-over.ts';
import { newQuestion, type Question } from '../../../domain/question/question.ts';
import { frozenKey, tableNames } from '../../../domain/tables.ts';
import { brakesIn } from '../../../lambdas/stores/brakes.ts';
import { historyIn } from '../../../lambdas/stores/history.ts';
import { questionsIn } from '../../../lambdas/stores/questions.ts';
import { settings } from '../../lambdas/deciding-stores.ts';
import { emptyTables, noSleep } from '../../lambdas/tables.ts';

const at = '2026-03-02T09:00:05.000Z';
const question: Question = newQuestion(
  {
    rollback: 'r-1',
    number: 1,
    phase: 1,
    kind: 'permit',
    severity: 'HIGH',
    why: ['The phase is in its cool-down.'],
    asked_at: at,
    approvers: 1,
    limit: '2026-03-02T10:00:00.000Z',
    expected_minutes: 10,
  },
  settings.questions,
);
const opened = { phase: 1, trigger: 'cascade_failure', severity: 'HIGH', start_time: at, execution_arn: 'arn:r-1' };

let executions: Record<string, object>;
/** A Step Functions that knows these executions. */
const describing = () => {
  const send = async ({ input: { executionArn } }: DescribeExecutionCommand) => {
    const found = executions[executionArn ?? ''];
    if (found) return found;
    throw Object.assign(new Error('none'), { name: 'ExecutionDoesNotExist' });
  };
  return { send } as unknown as SFNClient;
};

let connection: Connection;
let lines: () => Promise<string[]>;
beforeEach(async () => {
  executions = {};
  const { state, history } = tableNames('local');
  const { db } = await emptyTables([state, history]);
  connection = {
    name: 'local',
    environment: readEnvironment('local'),
    stepFunctions: describing(),
    db,
    arnOf: (machine) => `arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-${machine}`,
  };
  const events = historyIn(db, history, noSleep);
  await events.append(
    'r-1',
    { id: 'rollback-opened', type: 'Rollback opened', at, detail: opened },
    { id: 'question-asked/1', type: 'Question asked', at, detail: question },
  );
  await questionsIn(db, state).ask(question);
  const record = recordOf(await events.events('r-1'));
  lines = () => openQuestion(connection, record);
});

test('gives the deadline of a question that nobody has answered', async () => {
  expect((await lines())[0]).toBe(
    `The rollback waits for an answer until ${question.deadline} (docs/runbook.md#question-open).`,
  );
});

const by = 'arn:aws:states:us-east-1:000000000000:execution:rollback-local-decide:a-1';

test('gives the decision of a decided question, even before the history has it', async () => {
  executions[by] = {
    status: 'SUCCEEDED',
    startDate: new Date(at),
    stopDate: new Date(at),
    input: JSON.stringify({ answer: 'rollback', operator: 'ana' }),
    output: JSON.stringify({ rollback: 'r-1', number: 1, answer: 'rollback' }),
  };
  const questions = questionsIn(connection.db, tableNames('local').state);
  await questions.decide(
    { question, stored: [] },
    { type: 'answer', by, answer: 'rollback', operator: 'ana', reason: null, at },
  );
  expect(await lines()).toEqual([
    `The question is decided: ana answered rollback at ${at}.`,
    'The execution continues within seconds.',
  ]);
});

test('still asks for an answer if a decision was written by hand', async () => {
  const questions = questionsIn(connection.db, tableNames('local').state);
  const old = '2026-03-01T09:00:05.000Z';
  await questions.decide(
    { question, stored: [] },
    { type: 'answer', by, answer: 'rollback', operator: 'ana', reason: null, at: old },
  );
  expect((await lines())[0]).toMatch(/^The rollback waits for an answer/);
});

describe('a hand-over', () => {
  const opened_at = '2026-03-02T09:00:00.000Z';
  const handOver = newHandOver(
    {
      ...{ rollback: 'r-2', number: 1, phase: 1, severity: 'HIGH', asked_at: at, approvers: 1, waiting: null },
      stopped: { step: 'clear', state: 'Clear', kind: 'step', at, failed: [], hosts: 3 },
      call_by: at,
      problem: 'Clear failed.',
    },
    settings.questions,
  );
  const linesFor = async (kind: 'step' | 'confirming') => {
    const { state, history } = tableNames('local');
    const stopped = { ...handOver.stopped, kind };
    const events = historyIn(connection.db, history, noSleep);
    await events.append(
      'r-2',
      { id: 'rollback-opened', type: 'Rollback opened', at: opened_at, detail: opened },
      { id: 'question-asked/1', type: 'Question asked', at, detail: { ...handOver, stopped } },
    );
    await questionsIn(connection.db, state).ask(handOver);
    return openQuestion(connection, recordOf(await events.events('r-2')));
  };
  const brakes = () => brakesIn(connection.db, tableNames('local').state);
  const ana = { operator: 'ana', reason: 'exchange test', by: 'arn:ana' };
  const pause = (when: string) => brakes().set('pause', { ...ana, at: when, ...{ now: true } });

  test('says that a pause with --now ends it whatever is answered but abort, and how to end the pause', async () => {
    await pause('2026-03-02T09:00:04.000Z');
    const found = await linesFor('step');
    expect(found).toContain(
      'Automation has been paused since 2026-03-02T09:00:04.000Z by ana, with running rollbacks stopped: exchange test.',
    );
    expect(found).toContain('  npm run rollback -- unpause --operator "YOUR NAME" --reason "WHY"');
  });

  test('says so of a version that is blocked and has still to be restored', async () => {
    const Item = { ...frozenKey('r-2'), targets: [{ phase: 1, version: 'good', by: ['restore'] }] };
    await connection.db.send(new PutCommand({ TableName: tableNames('local').state, Item }));
    await brakes().set('block', { ...ana, ...{ version: 'good' }, phase: null, at });
    const found = await linesFor('step');
    expect(found.find((line) => line.startsWith('Version good has been blocked'))).toContain('unblock --version good');
    expect(found.some((line) => line.startsWith('Until that is over, every answer but abort ends'))).toBe(true);
  });

  test.each([
    ['the pause came before the rollback: a person started it', 'step', '2026-03-02T08:59:00.000Z'],
    ['no step is left, only the confirmation', 'confirming', '2026-03-02T09:00:04.000Z'],
  ] as const)('says nothing of it if %s', async (_, kind, when) => {
    await pause(when);
    expect((await linesFor(kind)).join(' ')).not.toContain('paused');
  });
});
