import { describe, expect, test } from 'vitest';
import { executionRecord } from '../../src/cloudtrail/execution-record.ts';
import { AwsError } from '../../src/wire/aws-error.ts';

const stateMachineArn = 'arn:aws:states:eu-west-1:000000000000:stateMachine:decide';
const executionArn = 'arn:aws:states:eu-west-1:000000000000:execution:decide:one';
const caller = { arn: 'arn:aws:iam::000000000000:user/ana', accessKeyId: 'ana' };
const recorded = {
  at: Date.parse('2026-03-02T13:04:05.678Z'),
  region: 'eu-west-1',
  accountId: '000000000000',
  requestID: 'the-request',
  eventID: 'the-event',
};
const call = {
  action: 'states:StartExecution',
  request: { stateMachineArn, name: 'one', input: '{"answer":"rollback"}' },
  caller,
};
const succeeded = { ...call, response: { executionArn, startDate: recorded.at / 1000 } };
const failed = (code: string, message: string) => ({ ...call, error: new AwsError(code, message) });

test('the record of a start has every field that the guides show', () => {
  expect(executionRecord(succeeded, recorded)).toEqual({
    eventVersion: '1.08',
    userIdentity: expect.objectContaining({ type: 'IAMUser', arn: 'arn:aws:iam::000000000000:user/ana' }),
    eventTime: '2026-03-02T13:04:05Z',
    eventSource: 'states.amazonaws.com',
    eventName: 'StartExecution',
    awsRegion: 'eu-west-1',
    sourceIPAddress: '127.0.0.1',
    userAgent: 'not-recorded-here',
    requestParameters: { input: 'HIDDEN_DUE_TO_SECURITY_REASONS', stateMachineArn, name: 'one' },
    responseElements: { executionArn, startDate: 'Mar 2, 2026 1:04:05 PM' },
    requestID: 'the-request',
    eventID: 'the-event',
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '000000000000',
    eventCategory: 'Management',
  });
});

test('the record of a stop hides its error and cause', () => {
  const stop = {
    action: 'states:StopExecution',
    request: { executionArn, error: 'E', cause: 'the hosts are fine' },
    caller,
  };
  expect(executionRecord({ ...stop, response: { stopDate: recorded.at / 1000 } }, recorded)).toMatchObject({
    eventName: 'StopExecution',
    requestParameters: {
      cause: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      error: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      executionArn,
    },
    responseElements: { stopDate: 'Mar 2, 2026 1:04:05 PM' },
  });
});

test('the parameters lack the fields that the request lacks', () => {
  expect(executionRecord({ ...succeeded, request: { stateMachineArn } }, recorded).requestParameters).toEqual({
    stateMachineArn,
  });
});

describe('a start that failed', () => {
  test('has an error code, a message and its parameters, but no response', () => {
    expect(executionRecord(failed('ExecutionAlreadyExists', 'taken'), recorded)).toMatchObject({
      errorCode: 'ExecutionAlreadyExists',
      errorMessage: 'taken',
      requestParameters: { stateMachineArn },
      responseElements: null,
    });
  });

  test('because it was denied has the code AccessDenied and no parameters', () => {
    expect(executionRecord(failed('AccessDeniedException', 'not authorized'), recorded)).toMatchObject({
      errorCode: 'AccessDenied',
      errorMessage: 'not authorized',
      requestParameters: null,
      responseElements: null,
    });
  });
});

test('a call of a service names the service instead of an address', () => {
  const arn = 'arn:aws:sts::000000000000:assumed-role/app-rule/0123';
  const byRule = { arn, role: 'arn:aws:iam::000000000000:role/app-rule', invokedBy: 'events.amazonaws.com' };
  expect(executionRecord({ ...succeeded, caller: byRule }, recorded)).toMatchObject({
    sourceIPAddress: 'events.amazonaws.com',
    userAgent: 'events.amazonaws.com',
    userIdentity: { type: 'AssumedRole', invokedBy: 'events.amazonaws.com' },
  });
});
