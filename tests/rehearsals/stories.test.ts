import { describe, expect, test } from 'vitest';
import type { Told } from '../../rehearsals/tell.ts';
import { accountWith, assemblyWith, changedAssembly, storyNamed, told } from './telling.ts';

/** What differs most from each other; `npm run rehearse:all` tells every story. */
const names = ['corruption-healed', 'one-host-fails', 'history-refuses-writes'];
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

  test('when a host script was broken in the account, which is noticed before anything is run', async () => {
    const assembly = await accountWith({ 'restore-previous-version.py': () => 'import nothing_of_that_name' });
    const { differences, hosts } = await told(oneHost, { assembly });
    expect(differences[0]).toMatch(
      /found Needs a person \(.*rollback-local-restore-previous-version version 1 is not the reviewed one/,
    );
    expect(Object.values(hosts).map(({ version }) => version)).toEqual(['v1.4.0']);
  });

  test('when a host script was broken before it was synthesized', async () => {
    const assembly = await assemblyWith({ 'restore-previous-version.py': () => 'import nothing_of_that_name' });
    const { differences } = await told(oneHost, { assembly });
    expect(differences[0]).toMatch(
      /found Needs a person \(Restore previous version failed on 1 of 1 hosts: .*No module named 'nothing_of_that_name'/,
    );
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

  test('when a host lies about the check too: the story looks at the host itself', async () => {
    const assembly = await assemblyWith({
      'restore-previous-version.py': lyingOnHost2,
      'version-at-target.py': lyingOnHost2,
    });
    const { differences, ending } = await told(twoHosts, { assembly });
    expect([ending, differences]).toEqual([
      'Rolled back',
      ['host-2.version: expected "pre-phase1-stable", found "v1.4.0"'],
    ]);
  });
});

/** The script, but host-2 only prints what would be printed where all went well. */
const lyingOnHost2 = (script: string) =>
  script.replace(
    '\ndef main():\n',
    `
def main():
    if os.getcwd().endswith('/host-2'):
        print(json.dumps({'from': 'v1.4.0', 'to': os.environ['SSM_Target'], 'commit': '${'0'.repeat(40)}',
            'quarantined': 0, 'version': os.environ['SSM_Target'], 'at_target': True, 'different': 0, 'paths': []}))
        return
    told_truly()


def told_truly():
`,
  );

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
