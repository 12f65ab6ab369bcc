import type { Fields } from '../../console/backend.ts';
import { counted } from '../../domain/counted.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { triggers } from '../../domain/trigger.ts';
import type { Connected } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import type { Controls, MovingClock } from '../account/moving-clock.ts';
import { phaseIn } from './console-machine.ts';

type Deps = {
  readonly controls: Controls;
  readonly now: () => number;
  /** The clock that this program moves; absent: another one does. */
  readonly clock: MovingClock | undefined;
};

/** Returns the acts by which people break an embedded account to watch the product heal it, by name. Each returns a sentence about what was done. */
export const accountFaults = (connection: Connected, { controls, now, clock }: Deps) => ({
  /** A deployment some minutes ago, because an alarm that no deployment explains asks a person first. */
  deploy: async (fields: Fields) => {
    const phase = phaseIn(fields);
    const version = String(fields['version'] ?? newestCode);
    await installCode(controls);
    const at = new Date(now() - tenMinutes).toISOString();
    const ended = await follow(
      connection,
      await startExecution(connection, 'record-deployment', { phase, version, at }),
      () => {},
    );
    if (ended?.status !== 'SUCCEEDED') throw new Error(ended?.cause ?? 'The deployment is not recorded yet.');
    return { says: `Phase ${phase} is deployed to ${version} on every host, on record since ten minutes ago.` };
  },
  fault: async (fields: Fields) => {
    const [phase, trigger] = [phaseIn(fields), String(fields['trigger'])];
    if (!triggers.some((one) => one === trigger))
      throw new InvalidInput(`trigger must be one of ${triggers.join(', ')}; found ${JSON.stringify(trigger)}.`);
    await controls('POST', '/trading', { fault: { phase, trigger } });
    return {
      says: `The hosts of phase ${phase} have the fault ${trigger}. Its alarm turns red within a minute. If it stays green, a rollback took the code away that the fault strikes: deploy first.`,
    };
  },
  heal: async (fields: Fields) => {
    const phase = phaseIn(fields);
    await controls('POST', '/trading', { heal: { phase } });
    return { says: `The fault of phase ${phase} is taken away.` };
  },
  host: async (fields: Fields) => {
    const [name, does] = [String(fields['name']), String(fields['does'])];
    const change = Object.hasOwn(hostChanges, does) ? hostChanges[does] : undefined;
    if (!change)
      throw new InvalidInput(
        `does must be one of ${Object.keys(hostChanges).join(', ')}; found ${JSON.stringify(does)}.`,
      );
    await controls('POST', `/hosts/${encodeURIComponent(name)}`, change.body);
    return { says: `${name} ${change.says}.` };
  },
  clock: async (fields: Fields) => {
    const minutes = Number(fields['minutes']);
    if (!(minutes > 0 && minutes <= mostMinutes))
      throw new InvalidInput(
        `minutes must be from 1 to ${mostMinutes}; found ${JSON.stringify(fields['minutes'] ?? null)}.`,
      );
    const before = await refuseRealClock(controls);
    if (clock) await clock.ahead(minutes * 60_000);
    else await controls('POST', '/clock', { until: new Date(now() + minutes * 60_000).toISOString() });
    const after = Date.parse((await timeOf(controls)).now);
    const words = counted(minutes, 'minute');
    if (after - before < minutes * 60_000 - 1000)
      throw new Error(`The clock has not moved ${words} yet: wait until it has.`);
    return { says: `The clock is ${words} ahead of where it was.`, ahead: after - Date.now() };
  },
});

const tenMinutes = 600_000;
/** The version of the sample hosts at which every phase is active (rehearsals/host-images/trading). */
const newestCode = 'v1.4.0';

/**
 * Puts the newest code on every host, as a pipeline does: a fault strikes only code that runs, and a rollback may have taken it away,
 * also that of other phases. A host that has it stays as it is.
 */
async function installCode(controls: Controls): Promise<void> {
  const { hosts } = (await controls('GET', '')) as { readonly hosts: readonly { readonly name: string }[] };
  for (const { name } of hosts)
    try {
      await controls('POST', `/hosts/${encodeURIComponent(name)}`, { does: 'deploy', with: newestCode });
    } catch (error) {
      if (!/ runs \S+ already/.test((error as Error).message)) throw error;
    }
}

/** A day, in which every question and cool-down is over. */
const mostMinutes = 1440;

const hostChanges: Readonly<Record<string, { readonly body: object; readonly says: string }>> = {
  unreachable: { body: { reachable: false }, says: 'cannot be reached by Systems Manager' },
  reachable: { body: { reachable: true }, says: 'can be reached again' },
  stopped: { body: { becomes: 'stopped' }, says: 'is stopped' },
  booted: { body: { becomes: 'booted' }, says: 'boots' },
  reboots: { body: { reboots: 30 }, says: 'reboots, and is back in half a minute' },
};

const timeOf = (controls: Controls) => controls('GET', '') as Promise<{ readonly now: string; readonly clock: string }>;

/** Returns the account's time, in epoch milliseconds. */
async function refuseRealClock(controls: Controls): Promise<number> {
  const { clock, now } = await timeOf(controls);
  if (clock !== 'virtual')
    throw new InvalidInput('This account has the real clock, which nobody can move. Open one without --real-clock.');
  return Date.parse(now);
}
