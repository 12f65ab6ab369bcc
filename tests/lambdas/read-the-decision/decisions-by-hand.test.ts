import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { contentHash } from '../../../domain/content-hash.ts';
import { readTheDecision } from '../../../lambdas/read-the-decision/read-the-decision.ts';
import { bufferedHistory } from '../../../lambdas/stores/buffered-history.ts';
import { historyBufferIn } from '../../../lambdas/stores/history-buffer.ts';
import { ofDecide, ofPhase } from '../../domain/proof/fake-step-functions.ts';
import { alarmName, answered, askedRollback, at, rollback, start_time } from '../asked-rollback.ts';
import { policy } from '../deciding-stores.ts';

// Somebody who may write to the state table writes decisions there by hand.

let one: Awaited<ReturnType<typeof askedRollback>>;
let red: boolean;
beforeEach(async () => {
  one = await askedRollback();
  red = true;
});

const read = (time: string, changes: Partial<typeof one.stores> = {}) =>
  readTheDecision(
    {
      ...one.stores,
      ...changes,
      environment: 'test',
      now: at(time),
      alarms: {
        notOk: async () => {
          const seen = { environment: 'test', phase: 1, trigger: 'cascade_failure', alarm: alarmName } as const;
          return red ? [{ ...seen, state: 'ALARM', changed_at: start_time, reason: '', reason_data: null }] : [];
        },
      },
    },
    { rollback, question: { number: 1 }, policy },
  );

const WRITTEN = '2026-03-02T09:02:00.000Z';
const byHand = (item: object, sk = 'DECISION#0001') =>
  one.db.send(new PutCommand({ TableName: 'state', Item: { pk: 'QUESTION#r-1#1', sk, at: WRITTEN, ...item } }));
const answerBy = (by: string, changes: object = {}) => ({
  type: 'answer',
  by,
  answer: 'rollback',
  operator: 'eve',
  reason: null,
  ...changes,
});
const alarmBy = (by: string, changes: object = {}) => ({
  type: 'alarm joined',
  by,
  alarm: 'rollback-test-phase-1-data_corruption',
  severity: 'CRITICAL',
  means: 'rollback',
  ...changes,
});
/** An execution that ended well. */
const ended = (arn: string, input: unknown, output: unknown, changes: object = {}) => {
  const instant = Date.parse(WRITTEN);
  one.stores.stepFunctions.put(arn, {
    status: 'SUCCEEDED',
    input,
    output,
    started_at: instant,
    stopped_at: instant,
    ...changes,
  });
};
const eve = { answer: 'rollback', operator: 'eve' };
const evesOutput = { rollback: 'r-1', number: 1, answer: 'rollback' };
const alarmEvent = (trigger: string) => ({
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  resources: ['arn:x'],
  detail: { alarmName: `rollback-test-phase-1-${trigger}`, state: { value: 'ALARM', timestamp: WRITTEN } },
});
const joined = { decision: 'Joined the active rollback' };
const passedOver = async () => (await one.events()).filter(({ type }) => type === 'Decision passed over');

/** Items that no execution explains, and the reason that the history gives. */
const forged: [string, () => object, RegExp][] = [
  ['names an execution that does not exist', () => answerBy(ofDecide('x')), /Step Functions knows no execution/],
  ['stands down, by no execution', () => answerBy(ofDecide('x'), { answer: 'stand-down' }), /knows no execution/],
  [
    'names an execution of another machine',
    () => {
      ended(ofDecide('x').replace('decide', 'look'), eve, evesOutput);
      return answerBy(ofDecide('x').replace('decide', 'look'));
    },
    /is no execution that answers this question/,
  ],
  [
    'names an execution of another phase',
    () => {
      ended(ofPhase('x', 2), { operator: 'eve' }, joined);
      return answerBy(ofPhase('x', 2));
    },
    /is no execution that answers this question/,
  ],
  [
    'names an execution of another account',
    () => answerBy(ofDecide('x').replace('000000000000', '111111111111')),
    /is no execution of this environment/,
  ],
  ["names the rollback's own execution", () => answerBy(ofPhase('r-1')), /is no execution that answers this question/],
  [
    'has another answer than its execution',
    () => {
      ended(ofDecide('x'), { ...eve, answer: 'stand-down' }, { ...evesOutput, answer: 'stand-down' });
      return answerBy(ofDecide('x'));
    },
    /its input has the answer "stand-down"/,
  ],
  [
    'has another operator than its execution',
    () => {
      ended(ofDecide('x'), eve, evesOutput);
      return answerBy(ofDecide('x'), { operator: 'ana' });
    },
    /its input has the operator "eve"/,
  ],
  [
    'has another reason than its execution',
    () => {
      ended(ofDecide('x'), { ...eve, reason: 'books are wrong' }, evesOutput);
      return answerBy(ofDecide('x'));
    },
    /its input has the reason "books are wrong"/,
  ],
  [
    'names an execution for another rollback',
    () => {
      ended(ofDecide('x'), { ...eve, rollback: 'r-0' }, { ...evesOutput, rollback: 'r-0' });
      return answerBy(ofDecide('x'));
    },
    /its input names rollback r-0/,
  ],
  [
    'names an execution for another question',
    () => {
      ended(ofDecide('x'), { ...eve, question: 2 }, evesOutput);
      return answerBy(ofDecide('x'));
    },
    /its input names question 2/,
  ],
  [
    'names an execution that answered the question of another rollback, without naming it',
    () => {
      ended(ofDecide('x'), eve, { ...evesOutput, rollback: 'r-0' });
      return answerBy(ofDecide('x'));
    },
    /its output names another question or answer/,
  ],
  [
    'names an execution that answered an earlier question',
    () => {
      ended(ofDecide('x'), eve, { ...evesOutput, number: 7 });
      return answerBy(ofDecide('x'));
    },
    /its output names another question or answer/,
  ],
  [
    'names an execution that was refused',
    () => {
      ended(ofDecide('x'), eve, undefined, { status: 'FAILED' });
      return answerBy(ofDecide('x'));
    },
    /ended FAILED, so it gave no answer/,
  ],
  [
    'names a start that joined before the question was asked',
    () => {
      const before = Date.parse('2026-03-02T08:00:00.000Z');
      ended(ofPhase('x'), { operator: 'eve' }, joined, { started_at: before, stopped_at: before });
      return answerBy(ofPhase('x'));
    },
    /it ran while the question was not open/,
  ],
  [
    'names a start that opened a rollback of its own',
    () => {
      ended(ofPhase('x'), { operator: 'eve' }, { decision: 'act' });
      return answerBy(ofPhase('x'));
    },
    /it joined no rollback/,
  ],
  ['is an alarm that names no execution', () => ({ ...alarmBy('x'), by: undefined }), /has not the form of a decision/],
  ['is an alarm of no execution', () => alarmBy(ofPhase('x')), /Step Functions knows no execution/],
  [
    'is another alarm than that of its execution',
    () => {
      ended(ofPhase('x'), alarmEvent('cascade_failure'), joined);
      return alarmBy(ofPhase('x'));
    },
    /its alarm is rollback-test-phase-1-cascade_failure/,
  ],
  [
    'makes a HIGH alarm that joined CRITICAL',
    () => {
      ended(ofPhase('x'), alarmEvent('cascade_failure'), joined);
      return alarmBy(ofPhase('x'), { alarm: alarmName });
    },
    /cascade_failure is not CRITICAL/,
  ],
  [
    'says before the deadline that nobody answered',
    () => ({ type: 'nobody answered', at: '2026-03-02T09:15:06.000Z' }),
    /The deadline is 2026-03-02T09:15:05\.000Z/,
  ],
  ['is no decision at all', () => ({ type: 'answer', answer: 'rollback' }), /has not the form of a decision/],
];

describe.each(forged)('an item that %s', (_, item, why) => {
  test('decides nothing: the question stays open', async () => {
    await byHand(item());
    expect(await read('09:03:01')).toMatchObject({ decision: 'ask', question: { number: 1 } });
  });

  test('is in the history with its hash and the reason, and turns the alarm red', async () => {
    await byHand(item());
    await read('09:03:01');
    expect(await passedOver()).toMatchObject([
      { detail: { number: 1, item: 'DECISION#0001', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    ]);
    expect(String((await passedOver())[0]?.detail['why'])).toMatch(why);
    expect(one.stores.passedOverCount()).toBe(1);
  });

  test('does not keep a person from answering, and that answer decides', async () => {
    await byHand(item());
    await answered(one.stores, { answer: 'stand-down', operator: 'ana' });
    expect((await read('09:03:01')).decision).toBe('Stood down');
    expect(await one.record()).toMatchObject({ questions: [{ outcome: 'stand-down' }] });
  });
});

describe('an item that no execution explains', () => {
  test('is reported once, however often the decision is read', async () => {
    await byHand(answerBy(ofDecide('x')));
    await read('09:03:01');
    await read('09:04:01');
    expect(await passedOver()).toHaveLength(1);
  });

  test('and that is changed by hand is reported again', async () => {
    await byHand(answerBy(ofDecide('x')));
    await read('09:03:01');
    await byHand(answerBy(ofDecide('y')));
    await read('09:04:01');
    expect(await passedOver()).toHaveLength(2);
  });

  test('decides nothing at the deadline either: nobody answered', async () => {
    red = false;
    await byHand(answerBy(ofDecide('x')));
    expect((await read('09:15:05')).decision).toBe('Stood down');
    expect(await one.record()).toMatchObject({ questions: [{ outcome: 'nobody answered' }] });
  });

  test('far behind the others blocks no answer', async () => {
    await byHand(answerBy(ofDecide('x')), 'DECISION#0003');
    await byHand(answerBy(ofDecide('x')), 'DECISION#9999');
    await answered(one.stores, { answer: 'stand-down', operator: 'ana' });
    expect((await read('09:03:01')).decision).toBe('Stood down');
  });

  test('decides nothing while the history table refuses writes', async () => {
    const buffered = bufferedHistory(one.stores.history, historyBufferIn(one.db, 'state'), at('09:03:01'));
    const history = { ...one.stores.history, append: () => Promise.reject(new Error('history is down')) };
    const down = bufferedHistory(history, historyBufferIn(one.db, 'state'), at('09:03:01'));
    await byHand(answerBy(ofDecide('x')));
    expect(await read('09:03:01', { history: down })).toMatchObject({ decision: 'ask' });
    expect((await buffered.events('r-1')).map(({ type }) => type)).toContain('Decision passed over');
  });
});

describe('a genuine answer behind the claim, written early, that nobody answered', () => {
  test('decides, even if it is read after the deadline', async () => {
    await byHand({ type: 'nobody answered', at: '2026-03-02T09:15:05.000Z' });
    await answered(one.stores, { answer: 'stand-down', operator: 'ana' });
    expect((await read('09:15:06')).decision).toBe('Stood down');
  });
});

describe('while Step Functions cannot be read', () => {
  beforeEach(async () => {
    await answered(one.stores, { answer: 'rollback', operator: 'ana' });
    one.stores.stepFunctions.available = false;
  });

  test('an answer decides nothing yet: the question stays open, and nothing is reported', async () => {
    expect(await read('09:04:00')).toMatchObject({ decision: 'ask', question: { number: 1 } });
    expect(await passedOver()).toEqual([]);
  });

  test('an answer decides as soon as it can be read again', async () => {
    await read('09:04:00');
    one.stores.stepFunctions.available = true;
    expect((await read('09:05:00')).decision).toBe('act');
  });

  test('the rollback needs a person at the deadline: it neither acts nor stands down', async () => {
    expect(await read('09:15:05')).toMatchObject({
      decision: 'Needs a person',
      problem: 'Step Functions had not shown by 2026-03-02T09:15:05.000Z who gave DECISION#0001, so no answer counts.',
    });
    expect(await one.record()).toMatchObject({ questions: [{ outcome: 'not proved' }] });
  });

  test('what was decided at the deadline stays so once it can be read again', async () => {
    await read('09:15:05');
    one.stores.stepFunctions.available = true;
    expect((await read('09:16:00')).decision).toBe('Needs a person');
  });
});

describe('an execution that Step Functions does not show yet', () => {
  test.each([
    ['is missing for a second', 'missing' as const],
    ['still seems to run', { status: 'RUNNING', input: eve, output: undefined, started_at: 0, stopped_at: null }],
  ])('and that %s is looked at again, and its answer counts', async (_, first) => {
    await answered(one.stores, eve);
    let looks = 0;
    const seeExecution: typeof one.stores.seeExecution = async (arn) => {
      looks += 1;
      return looks < 4 ? first : one.stores.stepFunctions.seeExecution(arn);
    };
    expect((await read('09:03:01', { seeExecution })).decision).toBe('act');
    expect(await passedOver()).toEqual([]);
  });

  test('because it runs for long leaves the question open', async () => {
    await byHand(answerBy(ofDecide('x')));
    one.stores.stepFunctions.put(ofDecide('x'), { input: eve });
    expect(await read('09:03:01')).toMatchObject({ decision: 'ask' });
    expect(await passedOver()).toEqual([]);
  });
});

describe('if two must approve', () => {
  beforeEach(async () => {
    one = await askedRollback({ approvers: 2 });
    await answered(one.stores, { answer: 'rollback', operator: 'ana' }, { by: 'a' });
    await answered(one.stores, { answer: 'rollback', operator: 'bo' }, { by: 'b' });
  });
  const verify = async (by: string, person: string, sk: string) =>
    byHand({ type: 'verified', by, principal: person }, sk);

  test('a principal that only the state table has does not count', async () => {
    await verify(ofDecide('a'), 'ana', 'DECISION#0003');
    await verify(ofDecide('b'), 'bo', 'DECISION#0004');
    expect(await read('09:04:00')).toMatchObject({ decision: 'ask' });
    expect((await passedOver()).map(({ detail }) => detail['claims'])).toEqual(['verified', 'verified']);
  });

  test('one that the history has counts', async () => {
    for (const [name, person] of Object.entries({ a: 'ana', b: 'bo' })) {
      const by = ofDecide(name);
      const detail = { by, principal: person };
      const proof = { id: `principal-verified/${by}`, type: 'Principal verified', at: WRITTEN, detail } as const;
      await one.stores.history.append('r-1', proof);
      await verify(by, person, `DECISION#000${name === 'a' ? 3 : 4}`);
    }
    expect((await read('09:04:00')).decision).toBe('act');
  });
});

test("a settled question's event has the hash of the item that decided it, and the execution that proves it", async () => {
  await answered(one.stores, { answer: 'rollback', operator: 'ana' });
  await read('09:03:01');
  const item = (await one.stores.questions.read(one.question))?.stored[0]?.item;
  expect((await one.events()).find(({ type }) => type === 'Question settled')?.detail).toMatchObject({
    decided_by: [{ item: 'DECISION#0001', sha256: contentHash(item), execution: ofDecide('a') }],
  });
});
