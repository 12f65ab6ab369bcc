import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from 'vitest';
import { flagName } from '../../domain/flag.ts';
import { hostVerdict } from '../../domain/host/host-verdict.ts';
import { runbookSchema } from '../../domain/infra/runbook.ts';
import { stepId } from '../../domain/infra/runbook-steps.ts';
import { versionsNow } from '../../domain/plan/plan-report.ts';
import { storableName, unstorable } from '../../domain/storable.ts';

/** Names that every object has by itself, or that have a meaning in JavaScript. */
const names = [
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'toJSON',
  'prototype',
  'length',
  '',
];
const withField = (name: string): unknown => JSON.parse(`{${JSON.stringify(name)}:1}`);

/** Whether the document client stores a value as it is. An empty name only DynamoDB itself refuses. */
function isStored(value: unknown): boolean {
  try {
    return JSON.stringify(unmarshall(marshall({ value }))) === JSON.stringify({ value });
  } catch {
    return false;
  }
}

describe.each(names)('a field named %j', (name) => {
  const stored = name !== '' && isStored(withField(name));

  test('is refused in a report exactly if it cannot be stored, at any depth', () => {
    for (const value of [withField(name), { a: withField(name) }, [withField(name)], { a: [{ b: withField(name) }] }])
      expect(unstorable(value) === undefined).toBe(stored);
  });

  test('is the reason of a failure, or is kept, if a host reports it', () => {
    const report = `{"rollback":"r","step":"s","verdict":"done","report":${JSON.stringify(withField(name))}}`;
    const invocation = {
      ...{ command_id: 'c', status: 'Success', status_details: 'Success', response_code: 0, begun: true },
      stdout: report,
    };
    const found = hostVerdict({ instance_id: 'i-1', name: 'h' }, { rollback: 'r', step: 's' }, invocation as never);
    expect([found.verdict, isStored(found.report)]).toEqual([stored ? 'done' : 'failed', true]);
    if (stored) expect(JSON.stringify(found.report)).toBe(JSON.stringify(withField(name)));
    else
      expect(found.reason).toBe(`its report has a field named ${JSON.stringify(name)}, which DynamoDB does not store`);
  });

  test('is counted once per host if it is the version of two hosts, and can be stored', () => {
    const counts = versionsNow([{ report: { version: name } }, { report: { version: name } }] as never);
    expect(Object.entries(counts)).toEqual([[storableName(name), 2]]);
    expect(isStored(counts)).toBe(true);
  });

  test('is refused as a flag if it cannot be stored', () => {
    if (flagName.safeParse(name).success) expect(stored).toBe(true);
  });
});

test('a flag named constructor is refused with the reason', () => {
  expect(flagName.safeParse('constructor').error?.issues.map(({ message }) => message)).toEqual([
    'a name other than constructor, which cannot be stored',
  ]);
});

test.each(['Constructor', 'ConStructor'])('a step named %s is refused with the reason', (name) => {
  expect(stepId(name)).toBe('constructor');
  const { issues = [] } = runbookSchema.safeParse({ steps: [{ name }] }).error ?? {};
  expect(issues.find(({ path }) => path.join('.') === 'steps.0.name')?.message).toBe(
    'a name other than constructor, which cannot be stored',
  );
});

test.each<[unknown, string]>([
  [1e21, 'the number 1e+21'],
  [-(2 ** 53), 'the number -9007199254740992'],
  [1e-200, 'the number 1e-200'],
  [JSON.parse('1e999'), 'the number Infinity'],
  [JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`), 'more than 24 levels'],
])('%j cannot be stored', (value, says) => {
  expect(unstorable({ report: { value } })).toBe(says);
});

test.each([0, -1, 2 ** 53 - 1, 0.1, 'constructor', null, true, [], {}])('%j can be stored', (value) => {
  expect([unstorable({ value }), isStored(value)]).toEqual([undefined, true]);
});
