import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../src/wire/aws-error.ts';
import { differences } from './differences.ts';
import { knownDifferences } from './known-differences.ts';
import { unlike } from './likeness.ts';
import { type Recording, recordings } from './recordings.ts';
import { replay } from './replay.ts';

/** Returns one sentence per difference from AWS, also for a definition that the account refuses. */
async function differencesOf(recording: Recording): Promise<string[]> {
  try {
    const { history, describe } = await replay(recording);
    const described = recording.describe && unlike(recording.describe, describe, 'DescribeExecution');
    return [...differences(recording.history, history), ...(described ? [described] : [])];
  } catch (error) {
    if (error instanceof AwsError) return [error.message];
    throw error;
  }
}

const differing = recordings.filter(({ name }) => knownDifferences.has(name));
const equal = recordings.filter(({ name }) => !knownDifferences.has(name));

describe('an execution has the history that AWS recorded:', () => {
  test.each(equal)('$name', async (recording) => {
    expect(await differencesOf(recording)).toEqual([]);
  });
});

describe('an execution still differs from AWS (if not, remove its entry in known-differences.ts):', () => {
  test.each(differing)('$name', async (recording) => {
    expect(await differencesOf(recording)).not.toEqual([]);
  });
});

test('every known difference names a recording', () => {
  expect([...knownDifferences.keys()].filter((name) => !recordings.some((one) => one.name === name))).toEqual([]);
});
