import { describe, expect, test } from 'vitest';
import { localStack } from './synthesized.ts';

const stack = await localStack();

const stays: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::GlobalTable': 'records, events, and who holds the fleet',
  'AWS::Logs::LogGroup': 'what was done, step by step',
  'AWS::StepFunctions::StateMachine': 'its executions are the second witness; they go with it',
  'AWS::SQS::Queue': 'the events that were never delivered',
  'AWS::SNS::Topic': 'its subscribers are how people are told, and each had to confirm',
  'AWS::KMS::Key': 'without it the topic that stays takes no message',
  'AWS::AppConfig::Application': 'hosts read their flags from it, with the product or without',
  'AWS::AppConfig::Environment': 'the same',
  'AWS::AppConfig::ConfigurationProfile': 'the same, and it holds every version of the flags',
  'AWS::AppConfig::DeploymentStrategy': 'the deployments of flags that stay name it',
  'AWS::SSM::Document': 'a rollback that runs, or the way back from quarantine, may name it',
  'AWS::Lambda::Version': 'of a function that stays: an execution that runs may call it',
};

describe('what a stack leaves behind, deleted or replaced:', () => {
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

test('nothing stays of a deployment that failed to make it: the next would find its name taken', () => {
  expect(stack.all.filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toEqual([]);
});
