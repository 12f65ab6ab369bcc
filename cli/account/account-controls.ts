import { overHttp } from '../../rehearsals/over-http.ts';
import type { AccountEvent } from '../../rehearsals/reach.ts';
import type { ConnectedTables, Tables } from './clients.ts';
import type { Controls } from './moving-clock.ts';

type About = { readonly now: string; readonly clock: 'real' | 'virtual' };

/** Connections that only tests make have no settings. */
type Reachable = Pick<Tables, 'environment'> & { readonly settings?: ConnectedTables['settings'] };

/** The clock of an account: AWS has ours, an embedded account may have one that is moved. */
export function accountClock(connection: Reachable) {
  let ahead = 0;
  return {
    now: (): number => Date.now() + ahead,
    /** Reads the clock. Returns the milliseconds that it is ahead of this machine's, and whether it can be moved. */
    read: async () => {
      if (!connection.environment.endpoint) return { ahead: 0, movable: false };
      const { now, clock } = (await controlsOf(connection)('GET', '')) as About;
      const found = Date.parse(now) - Date.now();
      ahead = Math.abs(found - ahead) < jitter ? ahead : found;
      return { ahead, movable: clock === 'virtual' };
    },
  };
}

/**
 * Returns the account's time, in epoch milliseconds; this machine's if an embedded account does not tell it. Every command that
 * compares an instant of the account with now, or writes one, asks here.
 */
export async function accountNow(connection: Reachable): Promise<number> {
  const clock = accountClock(connection);
  await clock.read().catch(() => {}); // the caller's own request says what is wrong with the account
  return clock.now();
}

/** The time of the request itself, and the pace at which a virtual clock is moved. */
const jitter = 1500;

/** Calls back after each change in an embedded account, until the signal. */
export const accountWatch =
  (connection: ConnectedTables) =>
  (changed: () => void, signal: AbortSignal): Promise<void> =>
    reach(connection).watch((event) => {
      if (isChange(event)) changed();
    }, signal);

/** Returns the controls of an embedded account. A refusal is an error with the account's own sentence. */
export const controlsOf =
  (connection: Reachable): Controls =>
  async (method, path, body) => {
    const { status, text } = await reach(connection).control(method, path, body);
    if (status !== 200) throw new Error(sentenceIn(text));
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };

/** Whether something may have changed that the console shows. The console's own reads are requests too. */
function isChange({ service, event, action = '' }: AccountEvent): boolean {
  if (service === 'endpoint') return /^dynamodb:(Put|Update|Delete|Transact|BatchWrite)/.test(String(action));
  return service !== 'hosts' && event !== 'Logged' && event !== 'Invoked';
}

const reach = ({ settings, environment }: Reachable) =>
  overHttp(settings && 'endpoint' in settings ? settings.endpoint : (environment.endpoint ?? ''), environment.region);

function sentenceIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { readonly error?: unknown };
    return typeof error === 'string' ? error : text;
  } catch {
    return text;
  }
}
