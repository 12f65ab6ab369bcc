import { setTimeout as sleep } from 'node:timers/promises';
import type { KeptVerdict } from '../../domain/host/host-reports.ts';
import { type Preparation, preparationId } from '../../domain/prepare/preparation.ts';
import { parsePrepare } from '../../domain/prepare/prepare-request.ts';
import type { Connection } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { readHosts } from '../account/read-history.ts';
import { print, printFailure } from '../text/colour.ts';
import { hostLine, preparedText } from '../text/prepared-text.ts';
import { withProgress } from '../text/progress.ts';
import { type ActingOptions, actingOn } from './acting-on.ts';
import { refuseEarly } from './refuse-early.ts';

type Options = ActingOptions & {
  readonly phase: number;
  readonly version: string;
  readonly operator?: string;
  readonly json?: boolean;
};

export async function prepare({ phase, version, operator, json = false, ...account }: Options): Promise<number> {
  const input = { phase, version, ...(operator === undefined ? {} : { operator }) };
  refuseEarly((found) => parsePrepare(found, [phase]), input, 'phase', 'version', 'operator');
  const what = `prepare every host for ${version} of phase ${phase}: a tag, copies of databases and configuration`;
  return actingOn(account, what, async (connection) => {
    const executionArn = await startExecution(connection, 'prepare-deployment', input);
    const id = preparationId(executionArn.split(':').at(-1) ?? '');
    const ended = await withProgress('Preparing', ({ above }) =>
      withHosts(
        connection,
        id,
        (line) => above(line, console.error),
        () => follow(connection, executionArn, (line) => above(line, console.error)),
      ),
    );
    if (!ended) {
      console.error(`Stopped waiting; the hosts are still being prepared: ${executionArn}`);
      return 130;
    }
    const hosts = await hostsOf(connection, id);
    if (ended.status !== 'SUCCEEDED') {
      if (json)
        console.log(JSON.stringify({ phase, version, state: 'not prepared', cause: ended.cause, hosts }, null, 2));
      for (const one of hosts.filter(({ verdict }) => verdict !== 'done')) print(hostLine(one));
      printFailure(ended.cause ?? `Not prepared: execution ${executionArn} ended ${ended.status}.`);
      return 1;
    }
    const prepared = JSON.parse(ended.output ?? '{}') as Preparation;
    if (json) console.log(JSON.stringify({ ...prepared, reports: hosts }, null, 2));
    else print(preparedText(prepared, hosts));
    return 0;
  });
}

const hostsOf = async (connection: Connection, id: string): Promise<KeptVerdict[]> =>
  (await readHosts(connection, id)).filter(({ step }) => step === 'prepare');

/** Milliseconds between two reads of the hosts' reports, which the function stores as they come. */
const every = 2000;

/** Runs `work`, and says meanwhile which hosts are prepared. */
async function withHosts<T>(
  connection: Connection,
  id: string,
  say: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const said = new Set<string>();
  const ended = new AbortController();
  const watching = (async () => {
    while (!ended.signal.aborted) {
      await sleep(every, undefined, { signal: ended.signal }).catch(() => {});
      // Only a convenience: the result names every host in the end.
      const hosts = await hostsOf(connection, id).catch(() => []);
      for (const one of hosts.filter(({ name, verdict }) => verdict === 'done' && !said.has(name))) {
        said.add(one.name);
        say(hostLine(one));
      }
    }
  })();
  try {
    return await work();
  } finally {
    ended.abort();
    await watching;
  }
}
