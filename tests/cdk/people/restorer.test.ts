import { describe, expect, test } from 'vitest';
import { arn, decisionOn } from './policy.ts';

describe('the restorer, in an emergency role,', () => {
  const sends = (resource: string, keys: Record<string, string> = {}) =>
    decisionOn('restorer', 'ssm:SendCommand', resource, keys);
  const host = arn('ec2', 'instance/i-00000000000000001');

  test('sends to hosts of the fleet only', () => {
    expect(sends(host, { 'ssm:resourceTag/rollback-fleet': 'trading' })).toBe('allowed');
    expect(sends(host, { 'ssm:resourceTag/rollback-fleet': 'payroll' })).not.toBe('allowed');
    expect(sends(host)).not.toBe('allowed');
  });

  test('sends to hybrid nodes of the fleet only', () => {
    const node = arn('ssm', 'managed-instance/mi-00000000000000001');
    expect(sends(node, { 'ssm:resourceTag/rollback-fleet': 'trading' })).toBe('allowed');
    expect(sends(node, { 'ssm:resourceTag/rollback-fleet': 'payroll' })).not.toBe('allowed');
    expect(sends(node)).not.toBe('allowed');
  });

  test('sends no other document, even if the role has other policies', () => {
    expect([
      sends(arn('ssm', 'document/rollback-local-restore')),
      sends(arn('ssm', 'document/rollback-local-restore-previous-version')),
      sends('arn:aws:ssm:us-east-1::document/AWS-RunShellScript'),
    ]).toEqual(['allowed', 'explicitDeny', 'explicitDeny']);
  });
});
