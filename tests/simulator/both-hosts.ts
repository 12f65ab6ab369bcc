import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from 'embedded-aws/clock';
import type { Computers, HostProgram } from 'embedded-aws/computers';
import { realComputers } from 'embedded-aws/real-computers';
import { checks, compareScript, hostParameters, lookScript, verifications } from '../../config/host-document.ts';
import { readRunbooks } from '../../config/infra.ts';
import type { Runbook } from '../../domain/infra/runbook.ts';
import { releasesOf } from '../../simulator/hosts/data/releases.ts';
import { modelledComputers } from '../../simulator/hosts/modelled-computers.ts';

const root = join(import.meta.dirname, '../..');
const image = join(root, 'rehearsals/host-images/trading');
const builtAt = Date.parse('2026-01-05T09:00:00Z');

/** A script of a runbook with its parameters, by the variables that hold them. */
export type Command = {
  readonly name: string;
  readonly script: string;
  readonly kind: 'step' | 'check';
  readonly parameters: Readonly<Record<string, string>>;
};

/** The look at the opening, with a candidate that may be the checked-out version. */
const look = {
  script: lookScript.script,
  parameters: {
    Candidate: 'v1.3.1',
    Versions: 'pre-phase1-stable pre-phase3 v1.3.1 v1.4.0 v9',
    Flags: 'data_source=barchart',
  },
};

/** The comparison of hosts. */
const compare = {
  script: compareScript.script,
  parameters: { Versions: 'v1.3.1 v1.4.0 v9', Own: 'config', Flags: 'data_source=x', Build: '' },
};

/** All steps and checks of all runbooks. */
export const commands: readonly Command[] = readRunbooks().flatMap((runbook) => [
  ...runbook.steps.map((step) => commandOf(runbook, step, 'step')),
  ...[...checks(runbook), ...verifications(runbook), look, compare].map((check) => commandOf(runbook, check, 'check')),
]);

type Scripted = Parameters<typeof hostParameters>[0] & { readonly name?: string };

function commandOf({ phase, target }: Runbook, scripted: Scripted, kind: Command['kind']): Command {
  const { script, parameters } = hostParameters(scripted);
  const all = {
    ...parameters,
    Tree: 'opt/trading',
    State: 'var/lib/rollback',
    Redis: 'var/run/redis.sock',
    FlagFolder: 'var/lib/appconfig',
    WindowStart: '2026-01-05T08:30:00Z',
    Target: target.version,
    Paths: target.paths.join(' '),
    Copies: target.copies.map(({ from, to }) => `${from}>${to}`).join(' '),
    Kind: kind,
    Step: `${phase}-${script.replace('.py', '')}`,
  };
  const values = Object.entries(all).map(([name, value]) => [`SSM_${name}`, [value].flat().join(' ')]);
  return { name: `phase ${phase}: ${script}`, script, kind, parameters: Object.fromEntries(values) };
}

/** A command that is sent to a host. */
export type Run = {
  readonly run: Command;
  readonly mode: 'live' | 'plan';
  readonly rollback: string;
  readonly fence: number;
  /** The commit that the rollback has frozen: that of Phase 1's tag at first, or another one; or the commit is asked for. */
  readonly target?: 'frozen' | 'other' | 'asked' | undefined;
};

/** One event on a host. */
export type Action =
  | { readonly tick: readonly { phase: number; trigger: string; degradation?: number }[] }
  | Run
  | { readonly mishap: string; readonly with?: string }
  | { readonly flags: Readonly<Record<string, Readonly<Record<string, unknown>>>> }
  | { readonly restart: true };

/** One host, driven as the embedded account drives it: really, or as a model. */
export type Driven = { act(action: Action): Promise<unknown>; status(): Promise<unknown> };

/** Opens a number of real hosts, and as many modelled ones of the same names. */
export async function bothHosts(count: number) {
  const folder = mkdtempSync(join(tmpdir(), 'both-hosts-'));
  const fleet = { image, folder, count, clock: realClock(), builtAt };
  const [real, modelled] = [await realComputers(fleet), await modelledComputers(fleet)];
  return {
    /** Returns both hosts of a number, from 0, as they were built. */
    pair: (number: number): [Driven, Driven] => [driven(real, number), driven(modelled, number)],
    close: async () => {
      await real.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

const [first] = releasesOf(image);
const targets = {
  none: {},
  frozen: { SSM_Commit: first?.commit ?? '' },
  other: { SSM_Commit: 'f'.repeat(40) },
  asked: { SSM_Variant: 'quick' },
};

function driven(computers: Computers, number: number): Driven & { close(): void } {
  const host = computers.hosts[number];
  if (!host) throw new Error(`There are ${computers.hosts.length} hosts, so none has the number ${number}.`);
  let program: HostProgram = computers.startProgram(host, 'bin/trading-system');
  let ticks = 0;
  const run = async ({ run: { script, parameters }, mode, rollback, fence, target }: Run) => {
    const given = {
      ...parameters,
      SSM_Mode: mode,
      SSM_RollbackId: rollback,
      SSM_Fence: String(fence),
      ...targets[target ?? 'none'],
    };
    const scripts = join(root, 'infra/host-scripts');
    const text = `exec python3 -B '${scripts}/wrapper.py' '${scripts}/${script}'\n`;
    const PATH = `${join(host.folder, 'bin')}:${computers.toolbox}:/usr/bin:/bin`;
    const { exitCode, stdout } = await computers.run(
      {
        file: computers.keepScript(script, text),
        folder: host.folder,
        environment: { PATH, HOME: host.folder, LANG: 'C.UTF-8', TZ: 'UTC', ...given },
        toolbox: computers.toolbox,
        milliseconds: 60_000,
        now: builtAt,
        host,
        document: `rollback-local-${script.replace('.py', '')}`,
        parameters: given,
      },
      new AbortController().signal,
    );
    return { exitCode, line: JSON.parse(stdout) as unknown };
  };
  return {
    act: async (action) => {
      if ('run' in action) return run(action);
      if ('mishap' in action)
        return computers.faults.begin(host, { name: action.mishap, with: action.with }).then(
          () => 'happened',
          () => 'did not happen',
        );
      if ('flags' in action) return computers.writeAgentFiles(host, agentFiles(action.flags));
      if ('restart' in action) {
        program.close();
        program = computers.startProgram(host, 'bin/trading-system');
        return undefined;
      }
      ticks += 1;
      const now = new Date(builtAt + 10_000 * ticks).toISOString().replace('.000Z', 'Z');
      const response = await program.send({ now, fault: action.tick.length > 0 ? action.tick : null });
      return 'metrics' in response ? response.metrics : response;
    },
    status: () => computers.statusOf(host),
    close: () => program.close(),
  };
}

const agentFiles = (flags: Extract<Action, { flags: unknown }>['flags']) =>
  Object.entries(flags).map(([environment, values]) => ({
    path: `rollback-local/${environment}/flags.json`,
    content: Buffer.from(JSON.stringify(values)),
  }));
