import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { documentOf } from '../../src/ssm/document.ts';
import { script } from './small-fleet.ts';

const create = (content: string | object, name = 'restore-code') =>
  documentOf({ name, content, documentType: 'Command' }, 'arn:aws:ssm:eu-west-1:000000000000:document/x', 0);

const step = (inputs: object, more: object = {}) => ({
  schemaVersion: '2.2',
  parameters: {
    tag: { type: 'String' },
    reason: { type: 'String', interpolationType: 'ENV_VAR' },
  },
  mainSteps: [{ action: 'aws:runShellScript', name: 'run', inputs: { runCommand: ['true'], ...inputs }, ...more }],
});
const parameter = (declaration: object, name = 'tag') => ({ ...step({}), parameters: { [name]: declaration } });

describe('a document', () => {
  test('has the SHA-256 of the string it was created with', () => {
    const content = JSON.stringify(script('true'), null, 2);
    expect(create(content).hash).toBe(createHash('sha256').update(content).digest('hex'));
  });

  test('can be created from an object, which is converted to JSON', () => {
    expect(create(script('true')).content).toBe(JSON.stringify(script('true')));
  });

  test.each([
    ['another schema', { ...step({}), schemaVersion: '1.2' }, 'schemaVersion: 1.2: only 2.2 is supported'],
    ['an unknown field', { ...step({}), outputs: [] }, 'content.outputs: []: not supported'],
    ['another action', step({}, { action: 'aws:runPowerShellScript' }), 'action: aws:runPowerShellScript: only'],
    ['an unknown field of a step', step({}, { isEnd: true }), 'mainSteps[0].isEnd: true: not supported'],
    ['an unknown input', step({ finallyStep: true }), 'inputs.finallyStep: true: not supported'],
    [
      'an option that hides failures',
      step({ onFailure: 'successAndExit' }),
      'inputs.onFailure: successAndExit: only exit',
    ],
    [
      'a script that is not a list',
      step({ runCommand: 'true' }),
      'inputs.runCommand: true: expected a list of strings',
    ],
    [
      'a timeout that the agent would ignore',
      step({ timeoutSeconds: '4' }),
      'inputs.timeoutSeconds: 4: write 5 to 172800',
    ],
    ['a timeout that is not a number', step({ timeoutSeconds: '1m' }), 'inputs.timeoutSeconds: 1m: write 5 to 172800'],
    ['another platform', step({}, { precondition: { StringEquals: ['platformType', 'Windows'] } }), 'precondition'],
    [
      'a reference to an unknown parameter',
      step({ runCommand: ['echo {{ tug }}'] }),
      '{{ tug }}: the document has no such parameter',
    ],
    ['a reference to an ENV_VAR parameter', step({ runCommand: ['echo {{reason}}'] }), 'read it as "$SSM_reason"'],
    ['a type other than String', parameter({ type: 'StringList' }), 'parameters.tag.type: StringList: only String'],
    [
      'a parameter name that the agent ignores',
      parameter({ type: 'String' }, 'rollback_id'),
      'only letters and digits in names',
    ],
    [
      'a pattern that is invalid',
      parameter({ type: 'String', allowedPattern: '^[a' }),
      'expected a regular expression',
    ],
    [
      'a pattern that RE2 does not support',
      parameter({ type: 'String', allowedPattern: '^(?!x)' }),
      'neither look-around nor',
    ],
    [
      'a default that its own pattern forbids',
      parameter({ type: 'String', default: 'a b', allowedPattern: '^\\w+$' }),
      'tag.default: a b',
    ],
    ['an unknown field of a parameter', parameter({ type: 'String', maxChars: 9 }), 'parameters.tag.maxChars: 9'],
    ['content that is not JSON', 'schemaVersion: "2.2"', 'write it as JSON'],
  ])('with %s is refused; the error names document and field', (_, content, message) => {
    expect(() => create(content)).toThrow(
      expect.objectContaining({ code: 'InvalidDocumentContent', message: expect.stringContaining(message) }),
    );
    expect(() => create(content)).toThrow(/^Document restore-code, /);
  });

  test.each([
    ['a Linux precondition', step({}, { precondition: { StringEquals: ['platformType', 'Linux'] } })],
    ['onFailure exit', step({ onFailure: 'exit' })],
    ['a working directory', step({ workingDirectory: '/opt/trading' })],
    ['a timeout from a parameter', step({ timeoutSeconds: '{{ tag }}' })],
  ])('can have %s', (_, content) => {
    expect(create(content).step.name).toBe('run');
  });
});
