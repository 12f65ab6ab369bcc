import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/iam/evaluate.ts';
import { parsePolicy } from '../../src/iam/policy.ts';
import type { Need } from '../../src/wire/service.ts';

const document = 'arn:aws:ssm:eu-west-1:000000000000:document/stop-service';
const instance = 'arn:aws:ec2:eu-west-1:000000000000:instance/i-1';
const table = 'arn:aws:dynamodb:eu-west-1:000000000000:table/history';

const send = (keys: Need['keys'] = {}): Need => ({ action: 'ssm:SendCommand', resource: document, keys });
const update = (...leading: string[]): Need => ({
  action: 'dynamodb:UpdateItem',
  resource: table,
  keys: { 'dynamodb:LeadingKeys': leading },
});
const scan: Need = { action: 'dynamodb:Scan', resource: table };

const allow = (fields: object) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...fields });
const deny = (fields: object) => ({ ...allow(fields), Effect: 'Deny' });
const decided = (statements: object[], need: Need) =>
  evaluate([parsePolicy('steps', { Version: '2012-10-17', Statement: statements })], need).decision;

describe('a policy', () => {
  test.each([
    ['allows what it names', [allow({ Action: 'ssm:SendCommand', Resource: document })], send(), 'allowed'],
    ['denies what nothing allows', [allow({ Action: 'ssm:GetDocument' })], send(), 'implicitDeny'],
    ['denies everything if it is empty', [], send(), 'implicitDeny'],
    [
      'denies explicitly although another statement allows',
      [allow({}), deny({ Action: 'ssm:Send*' })],
      send(),
      'explicitDeny',
    ],
    ['denies explicitly only if the Deny applies', [allow({}), deny({ Resource: instance })], send(), 'allowed'],
    ['names actions in any case', [allow({ Action: 'SSM:sendcommand' })], send(), 'allowed'],
    ['names actions with *', [allow({ Action: 'ssm:*' })], send(), 'allowed'],
    ['names actions with ?', [allow({ Action: 'ssm:SendCommand?' })], send(), 'implicitDeny'],
    ['matches a dot in a pattern only with a dot', [allow({ Action: 'ssm.SendCommand' })], send(), 'implicitDeny'],
    ['allows all but NotAction', [allow({ Action: undefined, NotAction: 'iam:*' })], send(), 'allowed'],
    ['does not allow NotAction', [allow({ Action: undefined, NotAction: ['ssm:*'] })], send(), 'implicitDeny'],
    ['names resources with their case', [allow({ Resource: document.toUpperCase() })], send(), 'implicitDeny'],
    ['names resources with *', [allow({ Resource: 'arn:aws:ssm:*:*:document/stop-*' })], send(), 'allowed'],
    ['denies a resource that it does not name', [allow({ Resource: [instance, table] })], send(), 'implicitDeny'],
    ['allows all but NotResource', [allow({ Resource: undefined, NotResource: instance })], send(), 'allowed'],
    ['does not allow NotResource', [allow({ Resource: undefined, NotResource: document })], send(), 'implicitDeny'],
    [
      'needs * for an action without resources',
      [allow({ Resource: document })],
      { ...send(), resource: '*' },
      'implicitDeny',
    ],
  ] as const)('%s', (_, statements, need, decision) => {
    expect(decided([...statements], need)).toBe(decision);
  });

  test('returns the statement that decided', () => {
    const steps = parsePolicy('steps', { Statement: [allow({ Sid: 'All' }), deny({ Sid: 'NotThis' })] });
    expect(evaluate([steps], send())).toMatchObject({ policy: 'steps', statement: { Sid: 'NotThis' } });
  });
});

const tagged = { 'ssm:resourceTag/fleet': 'trading' };

describe('a condition', () => {
  test.each([
    ['StringEquals holds for the tag', { StringEquals: tagged }, send(tagged), true],
    [
      'StringEquals fails for another tag',
      { StringEquals: tagged },
      send({ 'ssm:resourceTag/fleet': 'office' }),
      false,
    ],
    ['StringEquals fails without the tag', { StringEquals: tagged }, send(), false],
    [
      'StringEquals holds for one of several',
      { StringEquals: { 'ssm:resourceTag/fleet': ['a', 'trading'] } },
      send(tagged),
      true,
    ],
    ['names keys in any case', { StringEquals: { 'SSM:ResourceTag/Fleet': 'trading' } }, send(tagged), true],
    ['StringNotEquals fails for the value', { StringNotEquals: tagged }, send(tagged), false],
    ['StringNotEquals holds without the key', { StringNotEquals: tagged }, send(), true],
    ['StringLike holds for a pattern', { StringLike: { 'ssm:resourceTag/fleet': 'trad*' } }, send(tagged), true],
    ['StringEquals takes * literally', { StringEquals: { 'ssm:resourceTag/fleet': 'trad*' } }, send(tagged), false],
    ['StringNotLike fails for a pattern', { StringNotLike: { 'ssm:resourceTag/fleet': 'trad*' } }, send(tagged), false],
    ['IfExists holds without the key', { StringEqualsIfExists: tagged }, send(), true],
    [
      'IfExists fails for another value',
      { StringEqualsIfExists: tagged },
      send({ 'ssm:resourceTag/fleet': 'x' }),
      false,
    ],
    ['Null true holds without the key', { Null: { 'ssm:resourceTag/fleet': 'true' } }, send(), true],
    ['Null false holds with the key', { Null: { 'ssm:resourceTag/fleet': false } }, send(tagged), true],
    ['Null false fails without the key', { Null: { 'ssm:resourceTag/fleet': 'false' } }, send(), false],
    ['Bool compares truth', { Bool: { 'aws:SecureTransport': true } }, send({ 'aws:SecureTransport': 'true' }), true],
    ['all operators must hold', { StringEquals: tagged, Null: { 'aws:SourceArn': 'false' } }, send(tagged), false],
    [
      'ForAllValues holds if every value matches',
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'EVENT#*' } },
      update('EVENT#1', 'EVENT#2'),
      true,
    ],
    [
      'ForAllValues fails if one value does not match',
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'EVENT#*' } },
      update('EVENT#1', 'RECORD#1'),
      false,
    ],
    [
      'ForAllValues holds without the key',
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'EVENT#*' } },
      scan,
      true,
    ],
    [
      'ForAnyValue holds if one value matches',
      { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': 'EVENT#*' } },
      update('RECORD#1', 'EVENT#1'),
      true,
    ],
    [
      'ForAnyValue fails if no value matches',
      { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': 'EVENT#*' } },
      update('RECORD#1'),
      false,
    ],
    [
      'ForAnyValue fails without the key',
      { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': 'EVENT#*' } },
      scan,
      false,
    ],
    [
      'ForAllValues:StringNotLike holds if no value matches',
      { 'ForAllValues:StringNotLike': { 'dynamodb:LeadingKeys': 'EVENT#*' } },
      update('RECORD#1'),
      true,
    ],
    [
      'ForAllValues:StringNotLike fails if one value matches',
      { 'ForAllValues:StringNotLike': { 'dynamodb:LeadingKeys': 'EVENT#*' } },
      update('RECORD#1', 'EVENT#1'),
      false,
    ],
  ] as const)('%s', (_, Condition, need, holds) => {
    expect(decided([allow({ Condition })], need)).toBe(holds ? 'allowed' : 'implicitDeny');
  });

  test.each([
    ['arn:aws:states:*:*:stateMachine:*', true],
    ['arn:aws:states:*', false],
    ['arn:aws:*:stateMachine:rollback', false],
  ])('ArnLike %s matches part by part', (pattern, holds) => {
    const from = send({ 'aws:SourceArn': 'arn:aws:states:eu-west-1:000000000000:stateMachine:rollback' });
    expect(decided([allow({ Condition: { ArnLike: { 'aws:SourceArn': pattern } } })], from)).toBe(
      holds ? 'allowed' : 'implicitDeny',
    );
  });

  test('on a key that is neither supplied nor listed is an error that names it', () => {
    const condition = { StringEquals: { 'dynamodb:Attributes': 'pk' } };
    expect(() => decided([allow({ Condition: condition })], scan)).toThrow(
      'cannot evaluate the condition key dynamodb:Attributes for dynamodb:Scan',
    );
  });

  test('on an unknown key is an error also after a false condition', () => {
    const condition = { StringEquals: { 'aws:SourceArn': 'x', 'aws:SourceIp': '10.0.0.1' } };
    expect(() => decided([allow({ Condition: condition })], scan)).toThrow('aws:SourceIp');
  });

  test('on a key of another service is an error', () => {
    expect(() => decided([allow({ Condition: { StringEquals: tagged } })], scan)).toThrow('ssm:resourceTag/fleet');
  });

  test('that compares a list without a set operator is an error', () => {
    const condition = { StringLike: { 'dynamodb:LeadingKeys': 'EVENT#*' } };
    expect(() => decided([allow({ Condition: condition })], update('EVENT#1'))).toThrow(
      'ForAllValues: or ForAnyValue:',
    );
  });
});
