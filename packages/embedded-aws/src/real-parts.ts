import { engine } from './dynamodb/dynalite.ts';
import { realComputers } from './hosts/real-computers.ts';
import { startWorkerRuntime } from './lambda/worker-runtime.ts';
import type { Parts } from './parts.ts';
import { openEndpoint } from './wire/endpoint.ts';

/** The parts of the full account: a loopback address, a thread per function, real processes on hosts, dynalite. */
export const realParts: Parts = {
  openWay: (account, port) => openEndpoint({ ...account, port }),
  startRuntime: startWorkerRuntime,
  openComputers: realComputers,
  makeEngine: engine,
};
