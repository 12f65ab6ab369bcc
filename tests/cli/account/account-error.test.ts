import { describe, expect, test } from 'vitest';
import { accountSentence } from '../../../cli/account/account-error.ts';

const place = { name: 'local', environment: {} as never, profile: undefined };
const denied = (action: string, resource: string) =>
  accountSentence(
    Object.assign(
      new Error(`User: arn:eve is not authorized to perform: ${action} on resource: ${resource} because x`),
      {
        name: 'AccessDeniedException',
      },
    ),
    place,
  );
const machine = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-${name}`;

describe('a start that is denied', () => {
  test.each([
    ['annotate', 'rollback-local-operator and rollback-local-approver allow'],
    ['review', 'rollback-local-operator and rollback-local-approver allow'],
    ['decide', 'rollback-local-operator and rollback-local-approver allow'],
    ['release', 'rollback-local-operator allows'],
    ['phase-3', 'rollback-local-operator allows'],
    ['record-deployment', 'rollback-local-deployer allows'],
  ])('of %s names the policies that allow it, and says that nothing was changed', (name, allows) => {
    expect(denied('states:StartExecution', machine(name))).toMatch(
      `No permission to start rollback-local-${name}, which ${allows} (docs/decisions/what-people-may-do.md); nothing was changed (AccessDeniedException: User: arn:eve `,
    );
  });
});

test('another call that is denied may come behind a start, so its sentence does not say that nothing was changed', () => {
  const sentence = denied('states:DescribeExecution', 'arn:x');
  expect(sentence).toMatch(/^No permission \(AccessDeniedException: .*docs\/decisions\/what-people-may-do\.md$/);
  expect(sentence).not.toContain('nothing was changed');
});
