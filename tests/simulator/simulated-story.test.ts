import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { changedAssembly, runSimulated, storyNamed } from '../rehearsals/run-story.ts';
import { SHARES } from './all-stories.ts';

const first = storyNamed('started-by-hand');
const patience = { timeout: 120_000 };

test('every share of the stories has a test file', () => {
  const files = Array.from({ length: SHARES }, (_, i) => `stories-${i + 1}.test.ts`);
  expect(readdirSync(import.meta.dirname).filter((file) => file.startsWith('stories-'))).toEqual(files);
});

test('a simulated story with the same seed gives the same document, byte for byte', patience, async () => {
  const [one, other] = [await runSimulated(first), await runSimulated(first)];
  expect(JSON.stringify(other, null, 2)).toBe(JSON.stringify(one, null, 2));
});

test('a simulated story with another seed has the same ending at other times', patience, async () => {
  const [one, other] = [await runSimulated(first), await runSimulated(first, { seed: 2 })];
  expect(other.ending).toBe(one.ending);
  expect(other.timings).not.toEqual(one.timings);
});

/** Faults that a rollback could hide: the story must notice each of them and fail. */
test('the first story fails if the function that runs steps may not send commands', patience, async () => {
  const assembly = await changedAssembly((template) => {
    for (const [id, { Type, Properties }] of Object.entries(template.Resources))
      if (Type === 'AWS::IAM::Policy' && id.includes('RunOnHosts')) without('ssm:SendCommand', Properties);
    return template;
  });
  const { differences, ending, rollback } = await runSimulated(first, { assembly });
  expect(ending).toBe('Needs a person');
  expect(rollback?.['problem']).toMatch(
    /rollback-local-run-on-hosts is not authorized to perform: ssm:SendCommand on resource: /,
  );
  expect(differences[0]).toMatch(/expected ending Rolled back, found Needs a person \(.*ssm:SendCommand/);
});

function without(action: string, policy: Record<string, unknown>): void {
  const document = policy['PolicyDocument'] as { Statement: { Action: string | string[] }[] };
  document.Statement = document.Statement.filter(({ Action }) => Action !== action);
}
