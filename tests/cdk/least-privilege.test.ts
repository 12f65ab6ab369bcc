import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wildcards, wildcardsOfTheCdk } from '../../cdk/wildcards.ts';
import { type Statement, synthesize } from './synthesized.ts';

let synthesis: Awaited<ReturnType<typeof synthesize>>;
let stack: ReturnType<typeof synthesis.stack>;
beforeAll(async () => {
  synthesis = await synthesize();
  stack = synthesis.stack();
});
afterAll(() => synthesis.remove());

const documents = (type: string) =>
  stack.ofType(type).map(({ id, Properties }) => ({
    id,
    statements: (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement,
  }));
/** What roles and people are given; policies of queues and topics name no action of ours. */
const identityPolicies = () => [...documents('AWS::IAM::Policy'), ...documents('AWS::IAM::ManagedPolicy')];
const has = (list: unknown) => [list].flat().some((one) => stack.shown(one).includes('*'));
const withWildcard = () =>
  identityPolicies()
    .flatMap(({ statements }) => statements)
    .filter(({ Action, Resource }) => has(Action) || has(Resource));

describe('a statement with a * in an action or a resource', () => {
  test('says why: in its Sid, and in the table of wildcards', () => {
    const unexplained = withWildcard().filter(
      ({ Sid = '', Action }) => !(Sid in wildcards) && !(String([Action].flat()[0]) in wildcardsOfTheCdk),
    );
    expect(unexplained).toEqual([]);
  });

  test('is still there for every reason in the table', () => {
    const used = withWildcard().flatMap(({ Sid, Action }) => Sid ?? String([Action].flat()[0]));
    expect([...Object.keys(wildcards), ...Object.keys(wildcardsOfTheCdk)].filter((one) => !used.includes(one))).toEqual(
      [],
    );
  });

  test('never allows every action of a service', () => {
    const allowed = withWildcard().filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.filter(({ Action }) => [Action].flat().some((action) => /^\*|:\*$/.test(action)))).toEqual([]);
  });
});

describe('every role', () => {
  const roles = () => stack.ofType('AWS::IAM::Role');
  const statementsOf = (id: string) =>
    stack
      .ofType('AWS::IAM::Policy')
      .filter(({ Properties: { Roles } }) => JSON.stringify(Roles).includes(`"${id}"`))
      .flatMap(({ Properties }) => (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement);

  test.each([
    ['changes or deletes an event', 'EventsAreNeverChanged', ['UpdateItem', 'DeleteItem', 'BatchWriteItem']],
    ['deletes the history, or lets time delete it', 'TheHistoryIsKept', ['DeleteTable', 'UpdateTimeToLive']],
  ])('is denied whatever %s', (_, sid, actions) => {
    expect(roles().length).toBeGreaterThan(10);
    for (const { id } of roles()) {
      const denial = statementsOf(id).find(({ Sid }) => Sid === sid);
      expect([id, denial?.Effect, stack.shown(denial?.Resource)]).toEqual([id, 'Deny', 'rollback-local-history']);
      expect(denial?.Action).toEqual(expect.arrayContaining(actions.map((action) => `dynamodb:${action}`)));
    }
  });

  test('is trusted to one service, on behalf of this account only', () => {
    for (const { id, Properties } of roles()) {
      const { Statement: trust } = Properties['AssumeRolePolicyDocument'] as { Statement: Trust[] };
      expect(trust).toHaveLength(1);
      expect([id, trust[0]?.Condition.StringEquals]).toEqual([id, { 'aws:SourceAccount': '000000000000' }]);
      expect(['lambda', 'states', 'events'].map((service) => `${service}.amazonaws.com`)).toContain(
        trust[0]?.Principal.Service,
      );
    }
  });

  test('that EventBridge takes on is for the two rules of its phase', () => {
    const ofEvents = roles()
      .map(({ Properties }) => (Properties['AssumeRolePolicyDocument'] as { Statement: Trust[] }).Statement[0])
      .filter((trust) => trust?.Principal.Service === 'events.amazonaws.com');
    expect(ofEvents.map((trust) => trust?.Condition.ArnEquals?.['aws:SourceArn'].map(stack.shown))).toEqual([
      [
        'arn:aws:events:us-east-1:000000000000:rule/rollback-local-phase-1-red',
        'arn:aws:events:us-east-1:000000000000:rule/rollback-local-phase-1-blind',
      ],
    ]);
  });
});

type Trust = {
  readonly Principal: { readonly Service: string };
  readonly Condition: {
    readonly StringEquals: Readonly<Record<string, string>>;
    readonly ArnEquals?: { readonly 'aws:SourceArn': readonly unknown[] };
  };
};
