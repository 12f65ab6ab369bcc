import { describe, expect, test } from 'vitest';
import { type Command, commandStatus, newInvocation, type StatusDetails } from '../../src/ssm/command.ts';
import type { Host } from '../../src/ssm/host.ts';

const OPEN: StatusDetails[] = ['Pending', 'In Progress'];

function command(details: StatusDetails[], more: Partial<Command> = {}): Command {
  const parent = {
    invocations: [],
    maxErrors: '0',
    maxConcurrency: '50',
    cancelled: false,
    ...more,
  } as unknown as Command;
  for (const one of details) {
    const endedAt = OPEN.includes(one) ? undefined : 1;
    parent.invocations.push({ ...newInvocation(parent, {} as Host), details: one, endedAt });
  }
  return parent;
}

describe('the status of a command', () => {
  test.each<[string, StatusDetails[], string, string, Partial<Command>?]>([
    ['is Pending while no host has received it', ['Pending', 'Pending'], 'Pending', 'Pending'],
    ['is in progress while one invocation runs', ['Success', 'Pending'], 'InProgress', 'In Progress'],
    ['is Success if all hosts succeeded', ['Success', 'Success'], 'Success', 'Success'],
    ['is Failed if one host failed', ['Success', 'Failed'], 'Failed', 'Failed'],
    ['is Success even if hosts were never reached', ['Success', 'Delivery Timed Out'], 'Success', 'Success'],
    ['is a delivery timeout if no host was reached', ['Delivery Timed Out'], 'TimedOut', 'Delivery Timed Out'],
    [
      'is an execution timeout if there are no other failures',
      ['Success', 'Execution Timed Out'],
      'TimedOut',
      'Execution Timed Out',
    ],
    ['is Incomplete within MaxErrors', ['Success', 'Failed'], 'Failed', 'Incomplete', { maxErrors: '1' }],
    ['is Incomplete within MaxErrors in percent', ['Success', 'Failed'], 'Failed', 'Incomplete', { maxErrors: '50%' }],
    [
      'is Cancelling while one invocation is open',
      ['Cancelled', 'In Progress'],
      'Cancelling',
      'Cancelling',
      { cancelled: true },
    ],
    [
      'is Cancelled after all invocations have ended',
      ['Success', 'Cancelled'],
      'Cancelled',
      'Cancelled',
      { cancelled: true },
    ],
    ['is unchanged if the cancellation came too late', ['Success'], 'Success', 'Success', { cancelled: true }],
  ])('%s', (_, details, Status, StatusDetails, more = {}) => {
    expect(commandStatus(command(details, more))).toEqual({ Status, StatusDetails });
  });
});
