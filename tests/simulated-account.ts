import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from 'embedded-aws';
import { openEndpoint } from 'embedded-aws/endpoint';
import { inProcessRuntime, inProcessWay } from 'embedded-aws/in-process';
import { mapEngine } from 'embedded-aws/map-engine';
import { openWith } from 'embedded-aws/open-with';
import { handlerOf } from '../simulator/functions.ts';
import { modelledComputers } from '../simulator/hosts/modelled-computers.ts';
import type { AccountChoices } from './opened-account.ts';

/** A simulated account with an address, on a virtual clock that moves only when a test lets time pass. */
export type SimulatedAccount = Account & {
  /** Lets so many seconds pass. */
  letPass(seconds: number): Promise<void>;
  /** Lets time pass until `work` has ended, ten seconds at a time, as for a command that follows an execution. */
  during<T>(work: Promise<T>): Promise<T>;
};

/**
 * Opens the account of a cloud assembly with the simulator's functions and hosts, and with an address.
 *
 * It costs a fraction of `openedAccount`: no thread per function, no process per host, no waiting. Its requests still
 * arrive over HTTP, so commands and SDK clients use it as they use the full account. For tests of everything but the
 * hosts' scripts and the bundles.
 */
export async function simulatedAccount(assembly: string, choices: AccountChoices = {}): Promise<SimulatedAccount> {
  const inside = inProcessWay();
  const account = await openWith(
    {
      ...{ assembly, hosts: 1, port: 0, seed: 1, virtualFrom: Date.now() },
      image: join(import.meta.dirname, '../rehearsals/host-images/trading'),
      folder: 'unused-by-modelled-hosts',
      ...choices,
    },
    {
      openWay: async (reachable, port) => {
        await inside.open(reachable);
        return openEndpoint({ ...reachable, port });
      },
      startRuntime: inProcessRuntime(handlerOf, inside.carry),
      openComputers: modelledComputers,
      makeEngine: mapEngine,
    },
  );
  const letPass = async (seconds: number) => {
    const { now } = JSON.parse((await inside.control('GET', '')).text) as { now: string };
    const until = new Date(Date.parse(now) + seconds * 1000).toISOString();
    const { status, text } = await inside.control('POST', '/clock', { until });
    if (status !== 200) throw new Error(text);
  };
  const during: SimulatedAccount['during'] = async (work) => {
    let ended = false;
    const watched = work.finally(() => {
      ended = true;
    });
    watched.catch(() => {}); // `watched` is returned; this only tells Node that a rejection is handled
    for (; !ended; await sleep(20)) await letPass(10);
    return watched;
  };
  return { ...account, letPass, during };
}
