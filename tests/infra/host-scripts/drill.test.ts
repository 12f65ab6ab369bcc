import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { everything } from './contents.ts';
import type { Environment, Host } from './host.ts';
import { onEachHost } from './on-each-host.ts';

type Command = {
  readonly id: string;
  readonly document: string;
  readonly parameters: Readonly<Record<string, string>>;
};
type Payload = { readonly version: Command; readonly steps: readonly Command[] };

/** Returns every command that a drill of a phase sends, from the machine that is deployed. */
function commandsOf(phase: number): Command[] {
  const file = new URL(`../../../statemachines/rendered/phase-${phase}.asl.json`, import.meta.url);
  const { version, steps } = JSON.parse(readFileSync(file, 'utf8')).States['Hold the drill'].Arguments
    .Payload as Payload;
  return [version, ...steps];
}

/** The values that the stack fills in; absent: the test's host has its own. */
const filledIn = { Tree: '', State: '', Redis: '', Python: '', FlagFolder: 'var/lib/appconfig' };
const environmentOf = ({ parameters }: Command): Environment =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => {
      if (!value.includes('${')) return [[`SSM_${name}`, value]];
      const own = filledIn[name as keyof typeof filledIn];
      return own ? [[`SSM_${name}`, own]] : [];
    }),
  );

let host: Host;
onEachHost((one) => {
  host = one;
});

describe.each([1, 2, 3, 4])('a drill of phase %i', (phase) => {
  test('leaves a real host as it was, byte for byte, git’s folder and the state folder included', async () => {
    const before = everything(host.root);
    const verdicts: unknown[] = [];
    for (const command of commandsOf(phase)) {
      const script = `${command.document.replace('rollback-${Environment}-', '')}.py`;
      const { verdict, reason } = await host.verdict(script, {
        ...environmentOf(command),
        SSM_Fence: '0',
        SSM_WindowStart: '2026-01-05T08:50:00Z',
      });
      verdicts.push([command.id, verdict, reason]);
    }
    expect(verdicts.filter((one) => (one as string[])[1] === 'refused')).toEqual([]);
    expect(everything(host.root)).toEqual(before);
  });

  test('sends every command in the mode in which a script only reads', () => {
    expect(new Set(commandsOf(phase).map(({ parameters }) => parameters['Mode']))).toEqual(new Set(['plan']));
  });
});
