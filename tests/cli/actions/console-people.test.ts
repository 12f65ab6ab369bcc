import { describe, expect, test } from 'vitest';
import type { Connected } from '../../../cli/account/clients.ts';
import { consoleActs } from '../../../cli/actions/console-acts.ts';
import { askingRefusal, staleRefusal, startedWords, startRefusal } from '../../../cli/actions/console-start.ts';
import { NotKnown } from '../../../console/backend.ts';

const begun = 'arn:aws:states:r:1:execution:rollback-e-release:x';

/** A connection whose Step Functions answers each command by its name, or throws. */
function connectionWith(answers: Readonly<Record<string, () => unknown>>) {
  const sent: string[] = [];
  const connection = {
    ...{ name: 'e', environment: { account: '1', region: 'r' }, profile: undefined },
    arnOf: (machine: string) => `arn:aws:states:r:1:stateMachine:rollback-e-${machine}`,
    stepFunctions: {
      send: async ({ constructor: { name } }: object) => {
        sent.push(name);
        return answers[name]?.();
      },
    },
  } as unknown as Connected;
  return { sent, acts: consoleActs(connection, () => 0) };
}

const failing = (name: string, more: object) => () => {
  throw Object.assign(new Error(name), { name, ...more });
};
const lost = failing('Error', { code: 'ECONNRESET' });
const denied = failing('AccessDeniedException', { $metadata: { httpStatusCode: 400 } });
const broken = failing('ServiceUnavailable', { $metadata: { httpStatusCode: 503 } });
const noLogin = failing('CredentialsProviderError', { tryNextLink: false });
const start = () => ({ executionArn: begun });
const ended = () => ({ status: 'FAILED', cause: 'Another rollback holds the fleet.' });

const release = { rollback: 'r-1', operator: 'ana', reason: 'hosts are safe' };

describe('it is not known whether an act was done', () => {
  test.each([
    ['if the connection is lost while the act is sent', { StartExecutionCommand: lost }],
    ['if AWS fails while the act is sent', { StartExecutionCommand: broken }],
    ['if the connection is lost after it was sent', { StartExecutionCommand: start, DescribeExecutionCommand: lost }],
    [
      'if its execution was stopped',
      {
        ...{ StartExecutionCommand: start, DescribeExecutionCommand: () => ({ status: 'ABORTED' }) },
        GetExecutionHistoryCommand: () => ({}),
      },
    ],
    ['if the session expires after it was sent', { StartExecutionCommand: start, DescribeExecutionCommand: noLogin }],
  ])('%s', async (_, answers) => {
    await expect(connectionWith(answers).acts.release(release)).rejects.toBeInstanceOf(NotKnown);
  });

  test.each([
    ['AWS refused the caller', { StartExecutionCommand: denied }],
    ['there are no credentials', { StartExecutionCommand: noLogin }],
    [
      'the machine refused it',
      { StartExecutionCommand: start, DescribeExecutionCommand: ended, GetExecutionHistoryCommand: () => ({}) },
    ],
  ])('but it was not done if %s', async (_, answers) => {
    const failed = await connectionWith(answers)
      .acts.release(release)
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(failed).toBeInstanceOf(Error);
    expect(failed).not.toBeInstanceOf(NotKnown);
  });
});

test.each([
  ['rollback', { question: 2 }],
  ['question', { rollback: 'r-1' }],
])('an answer without its %s goes to no question', async (missing, fields) => {
  const { acts, sent } = connectionWith({});
  await expect(acts.answer({ answer: 'rollback', operator: 'ana', ...fields })).rejects.toThrow(
    `${missing} is missing: an answer goes to the question that was read. Nothing was decided.`,
  );
  expect(sent).toEqual([]);
});

describe('a start from the console', () => {
  const minutes = 60_000;
  const fields = { severity: 'HIGH', operator: 'ana', reason: 'wrong fills' };
  const of = (more: object, at = 0) =>
    startRefusal({ phase: 1, fields: { ...fields, ...more }, made: { at, facts: {} }, now: 10 * minutes });

  test('is refused for nothing else than what its table names', () => expect(of({})).toBeUndefined());
  test.each([
    ['without a plan', startRefusal({ phase: 1, fields, made: undefined, now: 0 }), /^Make the plan of phase 1 first/],
    ['with an old plan', of({}, -6 * minutes), /^Make the plan of phase 1 first/],
    ['with a plan of the future, as of a clock that was set back', of({}, 11 * minutes), /^Make the plan/],
    ['without a name', of({ operator: undefined }), /^operator is missing.*Nothing was started\.$/],
    ['without a reason', of({ reason: null }), /^reason is missing.*Nothing was started\.$/],
    ...['only_hosts', 'since', 'from_step', 'mode', 'trigger', 'people'].map(
      (key) =>
        [`with ${key}`, of({ [key]: 'x' }), new RegExp(`takes no ${key}.*command line.*Nothing was started`)] as const,
    ),
  ] as const)('is refused %s', (_, refusal, says) => expect(refusal).toMatch(says));
});

describe('a plan', () => {
  const facts = { 'deployments of phase 3': 'v2.1.0 at 09:00', 'host host-1': 'online' };
  test('is true while nothing has changed', () => expect(staleRefusal(3, facts, { ...facts })).toBeUndefined());
  test.each([
    [
      'a deployment is recorded',
      { ...facts, 'deployments of phase 3': 'v2.2.0 at 09:05' },
      /v2\.1\.0 at 09:00 when it was planned, v2\.2\.0 at 09:05 now/,
    ],
    [
      'a host is gone',
      { 'deployments of phase 3': 'v2.1.0 at 09:00' },
      /The host host-1: online when it was planned, none now/,
    ],
    ['a host is new', { ...facts, 'host host-2': 'online' }, /The host host-2: none when it was planned, online now/],
    [
      'much has changed',
      Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`host ${at}`, 'online'])),
      /And 6 more\./,
    ],
  ])('is not true any more once %s', (_, now, says) => {
    const refusal = staleRefusal(3, facts, now);
    expect(refusal).toMatch(
      /^The plan of phase 3 is not true any more\. Plan again and read it\. Nothing was started\./,
    );
    expect(refusal).toMatch(says);
  });
});

test.each([
  ['act', /^Started the rollback of phase 2: r-2\. It is opened\.$/],
  ['ask', /^Started .* It asks a question before it begins\.$/],
  ['Joined the active rollback', /^Rollback r-2 of phase 2 begins nothing of its own: Joined the active rollback\.$/],
  [undefined, /^Started .* may still be refused\.$/],
])('a start that the opening decided as %s is called so', (decision, says) => {
  expect(startedWords(2, 'r-2', decision)).toMatch(says);
});

const asking = { rollback: 'r-1', number: 2, phase: 1, why: ['Automation has been paused by bo: exchange'] };
test.each([
  ['no question is open', [], undefined],
  ['a question of another phase is open', [{ ...asking, phase: 2 }], undefined],
  [
    'a question of the phase is open: its objections are read first',
    [asking],
    /^Rollback r-1 of phase 1 asks question 2: a start would answer it.*Nothing was started\.\nAutomation has been paused by bo/s,
  ],
  ['a question of several phases is open', [{ ...asking, phases: [1, 3], phase: 3 }], /would answer it/],
])('what a start is told if %s', (_, questions, says) => {
  const refusal = askingRefusal(1, questions);
  if (says === undefined) expect(refusal).toBeUndefined();
  else expect(refusal).toMatch(says);
});
