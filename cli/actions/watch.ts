import { setTimeout as sleep } from 'node:timers/promises';
import { afterSessionTime } from '../../domain/calendar/sessions.ts';
import { capital } from '../../domain/capital.ts';
import { openKey } from '../../domain/tables.ts';
import type { DeployedVersion } from '../../domain/target/replaced-version.ts';
import { accountNow } from '../account/account-controls.ts';
import { readCalendarOf } from '../account/calendar.ts';
import { type AccountOptions, type ConnectedTables, connectToTables } from '../account/clients.ts';
import { pollingInterrupt } from '../account/interrupt.ts';
import { deploymentRecords, itemsBelow } from '../account/read-status.ts';
import { withAccount } from '../account/with-account.ts';
import { printFailure } from '../text/colour.ts';
import { withProgress } from '../text/progress.ts';

type Options = AccountOptions & { readonly phase: number; readonly version: string; readonly json?: boolean };

/** The end of a watch. `rolled back` may come before the watch window is over. */
type Ended = {
  readonly state: 'verified' | 'not verified' | 'rolled back' | 'not judged' | 'not recorded' | 'withdrawn';
  readonly why: string;
  readonly deployment: Pick<DeployedVersion, 'version' | 'at' | 'hosts'> | null;
};

export async function watch({ phase, version, json = false, ...account }: Options): Promise<number> {
  const connection = await connectToTables(account);
  const ended = await withAccount(connection, () => followed(connection, phase, version));
  if (!ended) {
    console.error(`Stopped waiting; the watch window of ${version} in phase ${phase} goes on.`);
    return 130;
  }
  const { state, why, deployment } = ended;
  if (json) console.log(JSON.stringify({ phase, version, ...ended }, null, 2));
  if (state === 'verified') {
    if (!json)
      console.log(`Verified: ${version} of phase ${phase}, deployed at ${placeOf(deployment)}. ${capital(why)}`);
    return 0;
  }
  printFailure(`${capital(state)} ${version} of phase ${phase}: ${why}`);
  return 1;
}

const placeOf = (deployment: Ended['deployment']) =>
  `${deployment?.at}${deployment?.hosts ? ` to the canary group (${deployment.hosts.join(', ')})` : ''}`;

/** Reconcile judges every ten minutes what has been over for a minute; ten more are for an impaired account. */
const judgedWithin = 21 * 60_000;
/** Milliseconds between two reads. */
const every = 5000;

/** Reads the deployment until it is judged or rolled back; undefined: Ctrl-C. */
async function followed(connection: ConnectedTables, phase: number, version: string): Promise<Ended | undefined> {
  const window = connection.environment.brakes.watch_window * 1000;
  const began = await accountNow(connection);
  const sessions = (await readCalendarOf(connection.environment, began)).of(phase);
  return withProgress('Watching', ({ stage }) =>
    pollingInterrupt(async (interrupted) => {
      let said = '';
      for (;;) {
        const now = await accountNow(connection); // before the read, which may then find what was judged until now
        const all = (await deploymentRecords(connection, phase)).filter((one) => one.version === version);
        const found = all.find(({ withdrawn }) => !withdrawn) ?? all[0];
        const ended = endOf(found, { phase, version });
        if (ended) return ended;
        const until = afterSessionTime(sessions, Date.parse(found?.at ?? ''), window);
        // A deployment may be recorded after its window, and Reconcile then judges it as late as the record.
        if (now > Math.max(until, began) + judgedWithin) return unjudged(found, until);
        const line = `until ${new Date(until).toISOString()}${await openRollback(connection, phase)}`;
        if (line !== said) stage(line);
        said = line;
        for (let waited = 0; waited < every && !interrupted(); waited += 500) await sleep(500);
        if (interrupted()) return undefined;
      }
    }),
  );
}

type Found = Awaited<ReturnType<typeof deploymentRecords>>[number];

function endOf(
  found: Found | undefined,
  { phase, version }: { readonly phase: number; readonly version: string },
): Ended | undefined {
  if (!found)
    return {
      state: 'not recorded',
      why: `no such deployment is on record. Record it first: npm run rollback -- deployed --phase ${phase} --version ${version}`,
      deployment: null,
    };
  const deployment = { version: found.version, at: found.at, ...(found.hosts ? { hosts: found.hosts } : {}) };
  const { rolled_back, watched, withdrawn } = found;
  if (withdrawn)
    return {
      state: 'withdrawn',
      why: `${withdrawn.operator} took its record of ${found.at} back at ${withdrawn.at}: ${withdrawn.reason}. Nothing watches it now. Ask ${withdrawn.operator} before you record it again.`,
      deployment,
    };
  if (rolled_back)
    return { state: 'rolled back', why: `by rollback ${rolled_back.rollback} at ${rolled_back.at}.`, deployment };
  return watched && { state: watched.verified ? 'verified' : 'not verified', why: `${watched.why}.`, deployment };
}

const unjudged = (deployment: DeployedVersion | undefined, until: number): Ended => ({
  state: 'not judged',
  why: `its watch window was over at ${new Date(until).toISOString()}, and Reconcile has not judged it since. Look at the alarms reconcile-silent and reconcile-failing.`,
  deployment: deployment ?? null,
});

/** Returns, as a part of a line, the rollback of the phase that is open. */
async function openRollback(connection: ConnectedTables, phase: number): Promise<string> {
  const { pk, sk } = openKey(phase);
  const [open] = await itemsBelow(connection, pk, { from: sk, to: sk });
  return open ? `; rollback ${String(open['rollback'])} of the phase is open` : '';
}
