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
    ['is Pending while no host has it', ['Pending', 'Pending'], 'Pending', 'Pending'],
    ['is in progress while one runs', ['Success', 'Pending'], 'InProgress', 'In Progress'],
    ['is a success of all', ['Success', 'Success'], 'Success', 'Success'],
    ['is a failure of one', ['Success', 'Failed'], 'Failed', 'Failed'],
    ['is a success though hosts were never reached', ['Success', 'Delivery Timed Out'], 'Success', 'Success'],
    ['is no delivery where none was reached', ['Delivery Timed Out'], 'TimedOut', 'Delivery Timed Out'],
    [
      'is a timeout where that is all that failed',
      ['Success', 'Execution Timed Out'],
      'TimedOut',
      'Execution Timed Out',
    ],
    ['is incomplete within MaxErrors', ['Success', 'Failed'], 'Failed', 'Incomplete', { maxErrors: '1' }],
    ['is incomplete within MaxErrors in percent', ['Success', 'Failed'], 'Failed', 'Incomplete', { maxErrors: '50%' }],
    ['is cancelling while one is open', ['Cancelled', 'In Progress'], 'Cancelling', 'Cancelling', { cancelled: true }],
    ['is cancelled afterwards', ['Success', 'Cancelled'], 'Cancelled', 'Cancelled', { cancelled: true }],
    ['is what it was if the cancel came too late', ['Success'], 'Success', 'Success', { cancelled: true }],
  ])('%s', (_, details, Status, StatusDetails, more = {}) => {
    expect(commandStatus(command(details, more))).toEqual({ Status, StatusDetails });
  });
});
