import { describe, expect, test } from 'vitest';
import { partsOf } from '../../../domain/host/lost-hosts.ts';

const four = ['i-1', 'i-2', 'i-3', 'i-4'];
const invalid = (message: string) => ({ name: 'InvalidInstanceId', message });
const denied = (message: string) => ({ name: 'AccessDeniedException', message });

describe('a refused command is sent again', () => {
  test('to the hosts that the error does not name, and then to the named ones', () => {
    const message = 'Instances [[i-2]] not in a valid state for account 000000000000';
    expect(partsOf(four, invalid(message))).toEqual([['i-1', 'i-3', 'i-4'], ['i-2']]);
  });

  test('in halves if the error names no host', () => {
    expect(partsOf(four, invalid(''))).toEqual([
      ['i-1', 'i-2'],
      ['i-3', 'i-4'],
    ]);
  });

  test('in halves if the error names every host', () => {
    expect(partsOf(four, invalid('Instances [[i-1, i-2, i-3, i-4]]'))).toEqual([
      ['i-1', 'i-2'],
      ['i-3', 'i-4'],
    ]);
  });

  test('without the host to which access is denied', () => {
    const message = 'not authorized to perform: ssm:SendCommand on resource: arn:aws:ec2:eu-west-1:1:instance/i-3';
    expect(partsOf(four, denied(message))).toEqual([['i-1', 'i-2', 'i-4'], ['i-3']]);
  });

  test('i-1 is not named by i-10', () => {
    expect(partsOf(['i-1', 'i-10', 'i-2'], invalid('[[i-10]]'))).toEqual([['i-1', 'i-2'], ['i-10']]);
  });
});

test.each([
  ['access to the document is denied', denied('on resource: arn:aws:ssm:eu-west-1:1:document/rollback-test-clear')],
  ['the document is invalid', { name: 'InvalidDocument', message: 'document hash abc does not match Sha256.' }],
  ['too many requests were sent', { name: 'ThrottlingException', message: 'Rate exceeded' }],
])('no host is at fault if %s', (_, error) => {
  expect(partsOf(four, error)).toBeUndefined();
});
