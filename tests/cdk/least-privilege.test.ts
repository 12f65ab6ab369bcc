import { describe, expect, test } from 'vitest';
import { localStack, type Statement } from './synthesized.ts';

const stack = await localStack();

// cdk-nag checks that each `*` in a resource has a reason: tests/cdk/review.test.ts.
test('only the account itself is allowed an action with a *, on its own key', () => {
  const statements = stack.all.flatMap(({ Type, Properties }) =>
    statementsIn(Properties).map((one) => ({ Type, ...one })),
  );
  expect(new Set(statements.map(({ Type }) => Type))).toEqual(
    new Set([
      'AWS::IAM::ManagedPolicy',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::KMS::Key',
      'AWS::S3::BucketPolicy',
      'AWS::SNS::TopicPolicy',
      'AWS::SQS::QueuePolicy',
    ]),
  );
  const wide = statements.filter(
    // A statement without Action has NotAction, which is wider than any *.
    ({ Effect, Action = '*' }) => Effect === 'Allow' && [Action].flat().some((action) => action.includes('*')),
  );
  expect(wide.map(({ Type, Action, Principal }) => [Type, Action, stack.shown(Principal?.['AWS'])])).toEqual([
    ['AWS::KMS::Key', 'kms:*', 'arn:aws:iam::000000000000:root'],
  ]);
});

/** Returns every statement of every policy in a resource, at any depth. */
function statementsIn(value: unknown): PolicyOf[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(statementsIn);
  return 'Effect' in value ? [value as PolicyOf, ...inside] : inside;
}
type PolicyOf = Statement & { readonly Principal?: Readonly<Record<string, unknown>> };

describe('every role', () => {
  const roles = () => stack.ofType('AWS::IAM::Role');
  const statementsOf = (id: string) =>
    stack
      .ofType('AWS::IAM::Policy')
      .filter(({ Properties: { Roles } }) => JSON.stringify(Roles).includes(`"${id}"`))
      .flatMap(({ Properties }) => (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement);

  const actions = (names: string) => names.split(' ').map((name) => `dynamodb:${name}`);
  test.each([
    [
      'to change or delete an event or a link',
      {
        Sid: 'EventsAndLinksAreNeverChanged',
        Action: actions('BatchWriteItem DeleteItem PartiQLDelete PartiQLInsert PartiQLUpdate UpdateItem'),
        Condition: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': ['EVENT#*', 'CHAIN#*', 'CHAIN'] } },
      },
    ],
    [
      'to delete the history, directly or by time to live',
      {
        Sid: 'TheHistoryIsKept',
        Action: actions('DeleteTable UpdateContinuousBackups UpdateTable UpdateTimeToLive'),
      },
    ],
  ])('is denied %s', (_, whole) => {
    expect(roles().length).toBeGreaterThan(10);
    for (const { id } of roles()) {
      const { Resource, ...denial } = statementsOf(id).find(({ Sid }) => Sid === whole.Sid) ?? { Action: [] };
      expect([id, { ...denial, Action: [denial.Action].flat().toSorted() }]).toEqual([
        id,
        { Effect: 'Deny', ...whole },
      ]);
      expect(stack.shown(Resource)).toBe('rollback-local-history');
    }
  });

  // AppConfig's guide ("Permissions for automatic rollback") names no condition that AppConfig meets, and the role only reads alarms.
  const isOfAppConfig = (id: string) => id.startsWith('FlagsMonitorRole');
  test('that AppConfig assumes only reads alarms', () => {
    const [role, ...more] = roles().filter(({ id }) => isOfAppConfig(id));
    const [policy] = (role?.Properties['Policies'] ?? []) as {
      readonly PolicyDocument: { readonly Statement: unknown[] };
    }[];
    expect([more, policy?.PolicyDocument.Statement]).toMatchObject([[], [{ Action: 'cloudwatch:DescribeAlarms' }]]);
  });

  test('trusts one service, on behalf of this account only', () => {
    for (const { id, Properties } of roles().filter((one) => !isOfAppConfig(one.id))) {
      const { Statement: trust } = Properties['AssumeRolePolicyDocument'] as { Statement: Trust[] };
      expect(trust).toHaveLength(1);
      expect([id, trust[0]?.Condition.StringEquals]).toEqual([id, { 'aws:SourceAccount': '000000000000' }]);
      expect(['lambda', 'states', 'events'].map((service) => `${service}.amazonaws.com`)).toContain(
        trust[0]?.Principal.Service,
      );
    }
  });

  test.each([
    [
      'EventBridge assumes is for the two rules of its phase, for those of readiness, or for the ends of rollbacks',
      'events',
      [
        ...[1, 2, 3, 4].flatMap((phase) =>
          ['red', 'blind'].map((rule) => `rule/rollback-local-phase-${phase}-${rule}`),
        ),
        'rule/rollback-local-breaker-order_gateway',
        ...['daily', 'light', 'prepared'].map((rule) => `rule/rollback-local-readiness-${rule}`),
        'rule/rollback-local-ended',
      ],
    ],
    [
      'a state machine assumes is for that machine',
      'states',
      [
        'annotate',
        'brakes',
        'change-flag',
        'check-readiness',
        'confirm-contacts',
        'decide',
        'look',
        'phase-1',
        'phase-2',
        'phase-3',
        'phase-4',
        'phase-roll-back-to-before',
        'prepare-deployment',
        'record-deployment',
        'release',
        'review',
        ...['halt', 'resume', 'follow-up', 'change-task'],
      ].map((name) => `stateMachine:rollback-local-${name}`),
    ],
  ])('that %s', (_, service, sources) => {
    const trusts = roles()
      .map(({ Properties }) => (Properties['AssumeRolePolicyDocument'] as { Statement: Trust[] }).Statement[0])
      .filter((trust) => trust?.Principal.Service === `${service}.amazonaws.com`);
    const found = trusts.flatMap((trust) => [trust?.Condition.ArnEquals?.['aws:SourceArn']].flat());
    expect(found.map(stack.shown)).toEqual(
      sources.map((source) => `arn:aws:${service}:us-east-1:000000000000:${source}`),
    );
  });
});

type Trust = {
  readonly Principal: { readonly Service: string };
  readonly Condition: {
    readonly StringEquals: Readonly<Record<string, string>>;
    readonly ArnEquals?: { readonly 'aws:SourceArn': unknown };
  };
};
