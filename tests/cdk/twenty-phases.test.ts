import { describe, expect, test } from 'vitest';
import { parseAlarmName } from '../../domain/alarm/alarm-name.ts';
import { longestEnvironment, type Resource, twentyPhases } from './twenty-phases.ts';

const templates = await twentyPhases();
const main = templates.find(({ file }) => !file.includes('.nested.'));
const all = templates.flatMap(({ file, Resources }) => Object.values(Resources).map((one) => ({ file, ...one })));
const ofType = (type: string) => all.filter(({ Type }) => Type === type);
/** Returns a value as far as it is known before the deployment. References count as an ARN, their longest value. */
const arn = `arn:aws:lambda:ap-southeast-2:123456789012:function:rollback-${longestEnvironment}-release-the-fleet`;
const shown = (value: unknown): string =>
  JSON.stringify(value, (_, one) => {
    if (typeof one !== 'object' || one === null) return one;
    if ('Ref' in one) return one.Ref === 'AWS::Partition' ? 'aws' : arn;
    if ('Fn::GetAtt' in one) return arn;
    if ('Fn::Join' in one) return one['Fn::Join'][1].map((part: unknown) => JSON.parse(shown(part))).join('');
    return one;
  });

test('there is one template per phase, one each of several phases, of the flags’ monitors, of halts, of circuit breakers, of follow-ups, of measured times, of unusual values, of chaos and of incident pages, and the documents are in three', () => {
  expect(templates).toHaveLength(33);
  expect(ofType('AWS::SSM::Document')).toHaveLength(56);
});

/** CloudFormation guide, "Understand CloudFormation quotas". */
describe('every template', () => {
  test.each(templates.map((template) => [template.file.replace(/[0-9A-F]{8}\./, '.'), template] as const))(
    '%s fits CloudFormation',
    (_, { Resources, Parameters = {}, Outputs = {}, bytes }) => {
      expect(Object.keys(Resources).length).toBeLessThanOrEqual(500);
      expect(bytes).toBeLessThanOrEqual(1_000_000);
      expect(Object.keys(Parameters).length).toBeLessThanOrEqual(200);
      expect(Object.keys(Outputs).length).toBeLessThanOrEqual(200);
    },
  );

  test('leaves room to grow', () => {
    expect(Object.keys(main?.Resources ?? {}).length).toBeLessThan(470); // CloudFormation takes 500
    for (const { bytes } of templates.filter(({ file }) => /Phase\d/.test(file))) expect(bytes).toBeLessThan(250_000);
    for (const { bytes } of templates.filter(({ file }) => file.includes('Several')))
      expect(bytes).toBeLessThan(1_000_000);
  });
});

/** Names as each service limits them (CloudFormation resource reference, and each service's quotas). */
describe('every name fits', () => {
  test.each<[string, string, number]>([
    ['AWS::StepFunctions::StateMachine', 'StateMachineName', 80],
    ['AWS::CloudWatch::Alarm', 'AlarmName', 255],
    ['AWS::CloudWatch::Alarm', 'AlarmDescription', 1024],
    ['AWS::SSM::Document', 'Name', 128],
    ['AWS::Lambda::Function', 'FunctionName', 64],
    ['AWS::Events::Rule', 'Name', 64],
    ['AWS::Events::Rule', 'Description', 512],
    ['AWS::IAM::ManagedPolicy', 'ManagedPolicyName', 128],
    ['AWS::IAM::ManagedPolicy', 'Description', 1000],
    ['AWS::IAM::Policy', 'PolicyName', 128],
    ['AWS::Logs::LogGroup', 'LogGroupName', 512],
    ['AWS::SNS::Topic', 'TopicName', 256],
    ['AWS::SQS::Queue', 'QueueName', 80],
    ['AWS::DynamoDB::GlobalTable', 'TableName', 255],
    ['AWS::AppConfig::Application', 'Name', 64],
    ['AWS::AppConfig::Environment', 'Name', 64],
    ['AWS::AppConfig::DeploymentStrategy', 'Name', 64],
    ['AWS::KMS::Alias', 'AliasName', 256],
  ])('%s, %s: %i characters', (type, property, longest) => {
    const values = ofType(type).map(({ Properties }) => String(Properties[property]));
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) expect([value, value.length <= longest]).toEqual([value, true]);
  });

  test('the longest alarm name of phase 12 too', () => {
    expect(ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties['AlarmName'])).toContain(
      `rollback-${longestEnvironment}-phase-12-performance_degradation-accuracy-crisis`,
    );
  });

  test('CloudFormation names the roles, and shortens their names to 64 characters', () => {
    for (const { Properties } of ofType('AWS::IAM::Role')) expect(Properties).not.toHaveProperty('RoleName');
  });
});

/** IAM guide, "IAM and AWS STS quotas": white space does not count. */
describe('every policy fits', () => {
  const size = ({ Properties }: Pick<Resource, 'Properties'>) => shown(Properties['PolicyDocument']).length;

  test.each(
    ofType('AWS::IAM::ManagedPolicy').map(
      (policy) => [String(policy.Properties['ManagedPolicyName']), policy] as const,
    ),
  )('%s: at most 6,144 characters', (_, policy) => expect(size(policy)).toBeLessThanOrEqual(6144));

  test('a role: at most 10,240 characters in its own policies', () => {
    const sizes = new Map<string, number>();
    for (const policy of ofType('AWS::IAM::Policy'))
      for (const role of policy.Properties['Roles'] as unknown[])
        sizes.set(`${policy.file} ${JSON.stringify(role)}`, size(policy));
    expect(sizes.size).toBeGreaterThan(10);
    for (const one of sizes) expect(one[1]).toBeLessThanOrEqual(10_240);
  });

  test('a queue: at most 20 statements and 8,192 bytes (SQS guide, "Policy quotas")', () => {
    for (const policy of ofType('AWS::SQS::QueuePolicy')) {
      const { Statement } = policy.Properties['PolicyDocument'] as { Statement: unknown[] };
      expect(Statement.length).toBeLessThanOrEqual(20);
      expect(size(policy)).toBeLessThanOrEqual(8192);
    }
  });
});

test('every function has at most 4 KB of settings (Lambda quotas)', () => {
  for (const { Properties } of ofType('AWS::Lambda::Function')) {
    const { Variables } = Properties['Environment'] as { Variables: Record<string, unknown> };
    const bytes = Object.entries(Variables).reduce(
      (sum, [name, value]) => sum + name.length + JSON.parse(shown([value]))[0].length,
      0,
    );
    expect([Properties['FunctionName'], bytes <= 4096, bytes]).toEqual([Properties['FunctionName'], true, bytes]);
  }
});

test('every definition has at most 1 MB (Step Functions quotas)', () => {
  for (const { Properties } of ofType('AWS::StepFunctions::StateMachine'))
    expect(String(Properties['DefinitionString']).length).toBeLessThan(1_000_000);
});

describe('what an environment has only if its file names it', () => {
  test('is an alarm on unusual values per phase, which no rule of a phase matches', () => {
    const alarms = ofType('AWS::CloudWatch::Alarm').filter(({ file }) => file.includes('Anomalies'));
    expect(alarms).toHaveLength(20);
    for (const { Properties } of alarms) {
      expect(parseAlarmName(String(Properties['AlarmName']))).toBeUndefined();
      expect(JSON.stringify(Properties['Metrics'])).toContain('ANOMALY_DETECTION_BAND(m0, 3)');
      expect(Properties).toMatchObject({ ComparisonOperator: 'GreaterThanUpperThreshold', EvaluationPeriods: 3 });
    }
  });

  test('is the document of chaos, which only the holder of its own policy may send', () => {
    const policies = ofType('AWS::IAM::ManagedPolicy').map(({ Properties }) => ({
      name: String(Properties['ManagedPolicyName']).replace(`rollback-${longestEnvironment}-`, ''),
      text: shown(Properties['PolicyDocument']),
    }));
    const mayChaos = policies.filter(({ text }) => text.includes(`rollback-${longestEnvironment}-chaos`));
    expect(mayChaos.map(({ name }) => name)).toEqual(['chaos']);
    const denied = policies.filter(({ text }) => text.includes('CommandsComeFromRollbacks')).map(({ name }) => name);
    expect(denied).toEqual(expect.arrayContaining(['operator', 'approver', 'auditor', 'deployer', 'trader']));
  });
});
