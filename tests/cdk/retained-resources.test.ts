import { describe, expect, test } from 'vitest';
import { localStack } from './synthesized.ts';

const stack = await localStack();

const stays: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'the export of the history, which Object Lock keeps',
  'AWS::DynamoDB::GlobalTable': 'records, events, and the fleet’s lock',
  'AWS::Logs::LogGroup': 'the log of every step',
  'AWS::StepFunctions::StateMachine': 'its executions are the second record of a rollback, and are deleted with it',
  'AWS::SQS::Queue': 'undelivered events',
  'AWS::SNS::Topic': 'its subscribers receive the messages, and each had to confirm',
  'AWS::KMS::Key': 'without it the retained topic accepts no message',
  'AWS::AppConfig::Application': 'hosts read their flags from it, even without the product',
  'AWS::AppConfig::Environment': 'hosts read their flags from it',
  'AWS::AppConfig::ConfigurationProfile': 'it contains every version of the flags',
  'AWS::AppConfig::DeploymentStrategy': 'retained deployments of flags refer to it',
  'AWS::SSM::Document': 'a running rollback or a restore from quarantine may use it',
  'AWS::Lambda::Version': 'a running execution may call it',
};

describe('retained when the stack is deleted or a resource replaced:', () => {
  test.each(Object.entries(stays))('%s: %s', (type) => {
    const found = stack.ofType(type);
    expect(found.length).toBeGreaterThan(0);
    for (const one of found)
      expect(one).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });

  test('nothing else', () => {
    const left = stack.all.filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith('Retain')).map(({ Type }) => Type);
    expect([...new Set(left)].toSorted()).toEqual(Object.keys(stays).toSorted());
  });
});

test('nothing is retained if the deployment that creates it fails, because its name would block the next deployment', () => {
  expect(stack.all.filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toEqual([]);
});
