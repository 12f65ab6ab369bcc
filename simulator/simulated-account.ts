import { clientSettings, type InProcessWay, inProcessRuntime, inProcessWay } from 'embedded-aws/in-process';
import { mapEngine } from 'embedded-aws/map-engine';
import { openWith } from 'embedded-aws/open-with';
import { seeded } from 'embedded-aws/random';
import { handlerOf } from './functions.ts';
import { modelledComputers } from './hosts/modelled-computers.ts';

export type SimulationOptions = {
  /** The folder that `cdk synth` wrote. */
  readonly assembly: string;
  /** The folder of the host image. */
  readonly image: string;
  readonly folder: string;
  readonly hosts: number;
  /** The number of hosts, the last ones, that are hybrid nodes; absent: none. */
  readonly hybrid?: number | undefined;
  readonly region: string;
  readonly seed: number;
  /** The instant at which virtual time starts. */
  readonly virtualFrom: number;
};

/** Opens the embedded account in this process: the same account, with its expensive parts replaced. */
export async function openSimulatedAccount({ region, ...options }: SimulationOptions) {
  const way = inProcessWay();
  const account = await openWith(
    { ...options, port: 0 },
    {
      openWay: way.open,
      startRuntime: inProcessRuntime(handlerOf, way.carry),
      openComputers: modelledComputers,
      makeEngine: mapEngine,
    },
  );
  return { reach: reachBy(way, region), close: account.close };
}

/** Returns the way of rehearsals to the account: the requests that they send over HTTP otherwise. */
function reachBy(way: InProcessWay, region: string) {
  const place = { carry: way.carry, region, random: seeded(0), sleep: async () => {} };
  return {
    clientOf: (person: string) => clientSettings({ ...place, accessKeyId: person }),
    control: way.control,
    watch: way.watch,
  };
}
