import { describe, expect, test } from 'vitest';
import type { Told } from '../../rehearsals/tell.ts';
import { lyingOnHost2 } from './lying-on-host-2.ts';
import { assemblyWith, changedAssembly, storyNamed, told } from './telling.ts';

/** What differs most from each other; `npm run rehearse:all` tells every story. */
const names = [
  'corruption-healed',
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
const twoHosts = { ...first, hosts: 2 };
/** A telling takes six seconds of one core. */
const patience = { timeout: 300_000 };

/** The first story on one host, told once for all who compare with it. */
let telling: Promise<Told> | undefined;
function firstTelling(): Promise<Told> {
  telling ??= told(oneHost);
  return telling;
}

describe.concurrent('the story', patience, () => {
  test.each(names)('%s comes out as it says', async (name) => {
    expect((await told(storyNamed(name))).differences).toEqual([]);
  });
});

describe.concurrent('a story told again', patience, () => {
  test('with the same seed is the same document, byte for byte', async () => {
    expect(JSON.stringify(await told(oneHost), null, 2)).toBe(JSON.stringify(await firstTelling(), null, 2));
  });

  // Where a script meets a system that has not ticked since the last step, the step is tried again; so attempts differ.
  test('with another seed comes to the same end by the same steps, at other times', async () => {
    const [one, other] = await Promise.all([firstTelling(), told(oneHost, { seed: 2 })]);
    expect(JSON.stringify({ ...other, seed: 1 })).not.toBe(JSON.stringify(one));
    expect(outcome(other)).toEqual(outcome(one));
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

  test('when a host says that it restored the version and did nothing', async () => {
    const assembly = await assemblyWith({ 'restore-previous-version.py': lyingOnHost2 });
    const { differences, rollback, hosts } = await told(twoHosts, { assembly });
    expect(rollback).toMatchObject({ ending: 'Needs a person', restored_to: null });
    expect(differences).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /found Needs a person \(Not at pre-phase1-stable: host-2 is at v1\.4\.0 with \d+ paths different/,
        ),
        'host-2.version: expected "pre-phase1-stable", found "v1.4.0"',
        expect.stringMatching(/^fleet trading: expected free, found held/),
      ]),
    );
    expect(hosts['host-1']).toMatchObject({ version: 'pre-phase1-stable' });
  });
});

function without(action: string, policy: Record<string, unknown>): void {
  const document = policy['PolicyDocument'] as { Statement: { Action: string | string[] }[] };
  document.Statement = document.Statement.filter(({ Action }) => Action !== action);
}

/** What no seed may change. */
const outcome = ({ differences, ending, rollback, messages, flags, hosts }: Told) => ({
  differences,
  ending,
  restored_to: rollback?.['restored_to'],
  steps: ((rollback?.['steps'] ?? []) as Record<string, unknown>[]).map(({ step, verdict, hosts_done }) => ({
    step,
    verdict,
    hosts_done,
  })),
  messages: messages.map(({ attributes }) => attributes['message']),
  flags,
  hosts,
});
