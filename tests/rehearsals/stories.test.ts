import { describe, expect, test } from 'vitest';
import { changedAssembly, storyNamed, told } from './telling.ts';

/** One a phase (the first story, Phase 1's, is told by tests/cli/commands/rehearse.test.ts), a question, and a family of bad days. */
const names = [
  'phase-2-data-corruption',
  'phase-3-data-corruption',
  'phase-4-data-corruption',
  'two-answers-at-once',
  // The family of bad days: a script whose verdict is none.
  'no-verdict',
  'two-verdicts',
  'five-thousand-bytes',
];
const first = storyNamed('started-by-hand');
const oneHost = { ...first, hosts: 1 };
/** A telling takes six seconds of one core. */
const patience = { timeout: 300_000 };

describe.concurrent('the story', patience, () => {
  test.each(names)('%s comes out as it says', async (name) => {
    expect((await told(storyNamed(name))).differences).toEqual([]);
  });
});

describe.concurrent('a story told again', patience, () => {
  test('with the same seed is the same document, byte for byte', async () => {
    const [one, other] = await Promise.all([told(oneHost), told(oneHost)]);
    expect(JSON.stringify(other, null, 2)).toBe(JSON.stringify(one, null, 2));
  });
});

/** Where a story must fail: each of these was built to pass unnoticed. */
describe.concurrent('the first story fails, and says why,', patience, () => {
  test('when the function that runs steps may not send commands', async () => {
    const assembly = await changedAssembly((template) => {
      for (const [id, { Type, Properties }] of Object.entries(template.Resources))
        if (Type === 'AWS::IAM::Policy' && id.includes('RunOnHosts')) without('ssm:SendCommand', Properties);
      return template;
    });
    const { differences, ending, rollback } = await told(oneHost, { assembly });
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
