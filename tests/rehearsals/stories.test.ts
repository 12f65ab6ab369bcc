import { describe, expect, test } from 'vitest';
import { changedAssembly, runStory, storyNamed } from './run-story.ts';

/** One story per phase, one with a question, and a family of bad days. tests/cli/commands/rehearse.test.ts runs Phase 1's. */
const names = [
  'phase-2-data-corruption',
  'phase-3-data-corruption',
  'phase-4-data-corruption',
  'two-answers-at-once',
  // The family of bad days: a script without a valid verdict.
  'no-verdict',
  'two-verdicts',
  'five-thousand-bytes',
];
const first = storyNamed('started-by-hand');
const oneHost = { ...first, hosts: 1 };
/** A rehearsal takes six seconds of one core. */
const patience = { timeout: 300_000 };

describe.concurrent('the story', patience, () => {
  test.each(names)('%s passes', async (name) => {
    expect((await runStory(storyNamed(name))).differences).toEqual([]);
  });
});

describe.concurrent('a story that runs again', patience, () => {
  test('with the same seed gives the same document, byte for byte', async () => {
    const [one, other] = await Promise.all([runStory(oneHost), runStory(oneHost)]);
    expect(JSON.stringify(other, null, 2)).toBe(JSON.stringify(one, null, 2));
  });
});

/** Faults that a rollback could hide: the story must notice each of them and fail. */
describe.concurrent('the first story fails with the reason', patience, () => {
  test('if the function that runs steps may not send commands', async () => {
    const assembly = await changedAssembly((template) => {
      for (const [id, { Type, Properties }] of Object.entries(template.Resources))
        if (Type === 'AWS::IAM::Policy' && id.includes('RunOnHosts')) without('ssm:SendCommand', Properties);
      return template;
    });
    const { differences, ending, rollback } = await runStory(oneHost, { assembly });
    expect(ending).toBe('Needs a person');
    expect(rollback?.['problem']).toMatch(
      /rollback-local-run-on-hosts is not authorized to perform: ssm:SendCommand on resource: /,
    );
    expect(differences[0]).toMatch(/expected ending Rolled back, found Needs a person \(.*ssm:SendCommand/);
  });
});

function without(action: string, policy: Record<string, unknown>): void {
  const document = policy['PolicyDocument'] as { Statement: { Action: string | string[] }[] };
  document.Statement = document.Statement.filter(({ Action }) => Action !== action);
}
