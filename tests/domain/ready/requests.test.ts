import { describe, expect, test } from 'vitest';
import { InvalidInput } from '../../../domain/errors.ts';
import { parseConfirm } from '../../../domain/ready/confirm-request.ts';
import { definitionHash } from '../../../domain/ready/definition-hash.ts';
import { parseReady } from '../../../domain/ready/ready-request.ts';

const phases = [1, 2];
const ended = (input: unknown) => ({
  'detail-type': 'Step Functions Execution Status Change',
  detail: { status: 'SUCCEEDED', input },
});

describe('a check of readiness', () => {
  test.each([
    ['nothing', {}, { phase: null, version: null, light: false }],
    ['a phase', { phase: 1 }, { phase: 1, version: null, light: false }],
    [
      'a phase, a version and a name',
      { phase: 1, version: 'v1', operator: 'ana' },
      { phase: 1, version: 'v1', light: false, operator: 'ana' },
    ],
    ["a schedule's word", { light: true }, { phase: null, version: null, light: true }],
    ['the event of a preparation', ended('{"phase":2,"version":"v9"}'), { phase: 2, version: null, light: false }],
    ['an event that is too large for its input', ended(null), { phase: null, version: null, light: false }],
  ])('is asked for by %s', (_, input, request) => {
    expect(parseReady(input, phases)).toEqual(request);
  });

  test.each([
    ['an unknown phase', { phase: 7 }, 'phase must be one of 1, 2, found 7'],
    ['a version without a phase', { version: 'v1' }, 'a version needs its phase'],
    ['a version with #', { phase: 1, version: 'v#1' }, 'version must be'],
    ['a misspelt key', { phas: 1 }, 'did you mean phase?'],
    ['a text', 'phase 1', 'found "phase 1"'],
    ['light as a text', { light: 'yes' }, 'light must be true or false'],
  ])('is refused with %s', (_, input, wrong) => {
    expect(() => parseReady(input, phases)).toThrow(InvalidInput);
    expect(() => parseReady(input, phases)).toThrow(wrong);
  });
});

test('a confirmation of contacts needs a name', () => {
  expect(parseConfirm({ operator: ' ana ' })).toEqual({ operator: 'ana' });
  expect(() => parseConfirm({})).toThrow('operator is missing');
  expect(() => parseConfirm({ operator: 'YOUR NAME' })).toThrow(InvalidInput);
});

describe('the hash of a definition', () => {
  const rendered = '{"Arguments": {"FunctionName": "${RunOnHosts}"}, "Comment": "x"}';
  const deployed = (version: number, comment = 'x') =>
    `{"Comment":"${comment}","Arguments":{"FunctionName":"arn:aws:lambda:us-east-1:000000000000:function:rollback-local-run-on-hosts:${version}"}}`;

  test('is the same for the rendered and the deployed one, whatever the versions of functions', () => {
    expect([3, 12].map((version) => definitionHash(deployed(version)))).toEqual(
      [3, 12].map(() => definitionHash(rendered)),
    );
  });

  test('is another one if somebody has changed it', () => {
    expect(definitionHash(deployed(3, 'y'))).not.toBe(definitionHash(rendered));
  });
});
