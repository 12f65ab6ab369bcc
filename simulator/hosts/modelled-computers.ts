import type { Computers, Fleet, HostProgram } from 'embedded-aws/computers';
import { hostsOf, readImage } from 'embedded-aws/image';
import { builtHost, type HostState } from './data/host-state.ts';
import { mishaps } from './mishaps.ts';
import { statusOf } from './status.ts';
import type { ProgramFault } from './system/phases.ts';
import { TradingSystem } from './system/trading-system.ts';
import { lineText, runUnderWrapper } from './wrapper.ts';

/** A model of the hosts of the sample image: no folder, no process. */
export async function modelledComputers({ image, clock, builtAt, ...count }: Fleet): Promise<Computers> {
  const hosts = hostsOf(await readImage(image), count, (name) => `/model/${name}`);
  const states = new Map(hosts.map(({ name }) => [name, builtHost(name, image, Math.floor(builtAt / 1000))]));
  const stateOf = ({ name }: { readonly name: string }): HostState => {
    const state = states.get(name);
    if (!state) throw new Error(`The model has no host ${name}.`);
    return state;
  };
  const ends: { readonly host: string; readonly end: () => void }[] = [];
  return {
    hosts,
    toolbox: '',
    keepScript: (commandId) => commandId,
    run: async ({ host, document, parameters, now }) => {
      const call = { host: stateOf(host), parameters, now };
      const line = runUnderWrapper(document.replace(/^rollback-[^-]+-/, ''), call);
      return { reason: 'exited', exitCode: line.verdict === 'done' ? 0 : 1, stdout: lineText(line), stderr: '' };
    },
    writeAgentFiles: (host, files) => {
      const state = stateOf(host);
      state.flags = flagsIn(files, state.flags);
    },
    startProgram: (host) => programOf(host, stateOf(host)),
    faults: {
      begin: async (host, { name, with: more }, seconds) => {
        const begin = mishaps[name];
        if (!begin) throw new Error(`There is no mishap ${name}; use one of ${Object.keys(mishaps).join(', ')}.`);
        const end = begin(stateOf(host), more);
        ends.push({ host: host.name, end });
        if (seconds !== undefined) clock.at(clock.now() + seconds * 1000, end);
      },
      endOn: async ({ name }) => {
        for (const one of ends) if (one.host === name) one.end();
      },
      close: () => {},
    },
    statusOf: async (host) => statusOf(stateOf(host)),
    close: async () => {},
  };
}

type AgentFiles = Parameters<Computers['writeAgentFiles']>[1];

/** The flags in contents: every tick writes the files of every host, and most are the same as before. */
const contents = new WeakMap<Buffer, Readonly<Record<string, object>>>();

function entriesIn(content: Buffer): Readonly<Record<string, object>> {
  const known = contents.get(content) ?? (JSON.parse(content.toString('utf8')) as Record<string, object>);
  contents.set(content, known);
  return known;
}

/** The contents that flags were read from: an agent that writes the same ones has changed nothing. */
const readFrom = new WeakMap<HostState['flags'], AgentFiles>();

const isSame = (files: AgentFiles, others: AgentFiles | undefined): boolean =>
  files.length === others?.length &&
  files.every(({ path, content }, i) => path === others[i]?.path && content === others[i]?.content);

/**
 * Returns the flags of each AppConfig environment: the files are `<application>/<environment>/<profile>.json`. `before`: those
 * that the host has.
 */
function flagsIn(files: AgentFiles, before: HostState['flags']): HostState['flags'] {
  if (isSame(files, readFrom.get(before))) return before;
  const flags = new Map<string, Record<string, object>>();
  for (const { path, content } of files) {
    const environment = path.split('/')[1] ?? '';
    if (content) flags.set(environment, { ...flags.get(environment), ...entriesIn(content) });
  }
  readFrom.set(flags, files);
  return flags;
}

/** Returns the trading system of a host as the account's program: it takes a tick, and responds with its metrics. */
function programOf(host: HostProgram['host'], state: HostState): HostProgram {
  const system = new TradingSystem(state);
  return {
    host,
    send: async (line) => {
      const { now, fault } = line as { now: string; fault: readonly ProgramFault[] | null };
      try {
        return { metrics: system.tick(now, fault ?? []) };
      } catch (error) {
        return { error: (error as Error).message };
      }
    },
    close: () => {},
  };
}
