import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SimulatedAccount, simulatedAccount } from '../simulated-account.ts';
import { changedAssembly } from './run-story.ts';

// CloudTrail records who starts a machine. A rule starts the test's own machine, `hears`, with each such record.
const machine = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-${name}`;
const Version = '2012-10-17';
const hearing = {
  HearingRole: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'hearing',
      AssumeRolePolicyDocument: {
        Version,
        Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: 'start',
          PolicyDocument: {
            Version,
            Statement: [{ Effect: 'Allow', Action: 'states:StartExecution', Resource: machine('hears') }],
          },
        },
      ],
    },
  },
  Hears: {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      StateMachineName: 'rollback-local-hears',
      RoleArn: 'arn:aws:iam::000000000000:role/hearing',
      DefinitionString: JSON.stringify({
        QueryLanguage: 'JSONata',
        StartAt: 'Heard',
        States: { Heard: { Type: 'Succeed' } },
      }),
    },
  },
  HearingRule: {
    Type: 'AWS::Events::Rule',
    DependsOn: ['Hears', 'HearingRole'],
    Properties: {
      Name: 'hearing',
      EventPattern: {
        source: ['aws.states'],
        'detail-type': ['AWS API Call via CloudTrail'],
        detail: {
          eventSource: ['states.amazonaws.com'],
          eventName: ['StartExecution'],
          // Without the starts of `hears` itself, which would start it again and again.
          userIdentity: { arn: [{ 'anything-but': { prefix: 'arn:aws:sts::000000000000:assumed-role/hearing/' } }] },
        },
      },
      Targets: [{ Id: 'hears', Arn: machine('hears'), RoleArn: 'arn:aws:iam::000000000000:role/hearing' }],
    },
  },
};

let account: SimulatedAccount;
let now = Date.parse('2026-03-02T09:00:00Z');
const clientOf = (accessKeyId: string) => ({
  region: 'us-east-1',
  endpoint: account.endpoint,
  credentials: { accessKeyId, secretAccessKey: 'x' },
});

beforeAll(async () => {
  const assembly = await changedAssembly(({ Resources, ...rest }) => {
    const hasRelease = Object.values(Resources).some(
      ({ Properties }) => Properties?.['StateMachineName'] === 'rollback-local-release',
    );
    return { Resources: hasRelease ? { ...Resources, ...hearing } : Resources, ...rest };
  });
  account = await simulatedAccount(assembly, { virtualFrom: now });
}, 240_000);
afterAll(() => account.close());

type Detail = { userIdentity: { arn: string; type: string }; responseElements: object | null; errorCode?: string };

/** Lets two minutes pass. Returns the records of the starts in them. */
async function startRecords(): Promise<Detail[]> {
  const before = now;
  now += 120_000;
  const body = JSON.stringify({ until: new Date(now).toISOString() });
  await fetch(`${account.endpoint}/_account/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const executions = (await (await fetch(`${account.endpoint}/_account/executions`)).json()) as {
    arn: string;
    started_at: string;
  }[];
  const own = executions.filter(
    ({ arn, started_at }) => arn.includes(':rollback-local-hears:') && Date.parse(started_at) > before,
  );
  return Promise.all(
    own.map(async ({ arn }) => {
      const { input = '' } = await new SFNClient(clientOf('test')).send(
        new DescribeExecutionCommand({ executionArn: arn }),
      );
      return (JSON.parse(input) as { detail: Detail }).detail;
    }),
  );
}

const start = (accessKeyId: string) =>
  new SFNClient(clientOf(accessKeyId)).send(
    new StartExecutionCommand({ stateMachineArn: machine('release'), input: '{}' }),
  );

test('two people are recorded as two principals, by their credentials', async () => {
  const started = [await start('ana'), await start('ben@rollback-local-operator')];
  const details = await startRecords();
  const byArn = Object.fromEntries(details.map((detail) => [detail.userIdentity.arn, detail]));
  expect(byArn).toEqual({
    'arn:aws:iam::000000000000:user/ana': expect.objectContaining({
      userIdentity: expect.objectContaining({ type: 'IAMUser' }),
      responseElements: expect.objectContaining({ executionArn: started[0]?.executionArn }),
    }),
    'arn:aws:sts::000000000000:assumed-role/rollback-local-operator/ben': expect.objectContaining({
      userIdentity: expect.objectContaining({ type: 'AssumedRole' }),
      responseElements: expect.objectContaining({ executionArn: started[1]?.executionArn }),
    }),
  });
});

test('a start without permission is recorded too', async () => {
  await expect(start('eve@rollback-local-auditor')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(await startRecords()).toMatchObject([
    {
      userIdentity: { arn: 'arn:aws:sts::000000000000:assumed-role/rollback-local-auditor/eve' },
      errorCode: 'AccessDenied',
      responseElements: null,
    },
  ]);
});

test('an unknown policy is an error that names it, and starts nothing', async () => {
  await expect(start('eve@rollback-local-oprator')).rejects.toThrow(
    /^The access key id eve@rollback-local-oprator names a policy that this account lacks\. .* Known: /,
  );
});

test('a start by a rule is recorded with the role of its target', async () => {
  await new CloudWatchClient(clientOf('ana')).send(
    new SetAlarmStateCommand({
      AlarmName: 'rollback-local-phase-1-security_issue',
      StateValue: 'ALARM',
      StateReason: 'a test',
    }),
  );
  const [detail] = await startRecords();
  expect(detail).toMatchObject({
    userIdentity: {
      type: 'AssumedRole',
      arn: expect.stringMatching(/^arn:aws:sts::000000000000:assumed-role\/[^/]+\/[0-9a-f]{32}$/),
      invokedBy: 'events.amazonaws.com',
    },
    requestParameters: { stateMachineArn: machine('phase-1'), input: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
  });
});
