import { tradingNow } from '../../domain/history/trading-now.ts';
import { accountNow } from '../account/account-controls.ts';
import { accountSentence } from '../account/account-error.ts';
import { readSessionLines } from '../account/calendar.ts';
import { type AccountOptions, type Connected, connect } from '../account/clients.ts';
import { readBrakeEvents } from '../account/read-history.ts';
import { readHostCap } from '../account/read-host-cap.ts';
import { readOpenQuestions } from '../account/read-open-questions.ts';
import {
  readAlarms,
  readBrakesWithPersons,
  readBudgets,
  readDeployments,
  readFleet,
  readFleetTruth,
  readOwedHosts,
  readPreparations,
  readReadiness,
  readVerified,
} from '../account/read-status.ts';
import { withAccount } from '../account/with-account.ts';
import { print } from '../text/colour.ts';
import { phases as knownPhases } from '../text/known-names.ts';
import { type Part, type Status, statusText } from '../text/status-text.ts';

type Options = AccountOptions & { readonly json?: boolean };

/** Prints the present state of an environment. Returns 1 if a part of it could not be read. */
export async function status({ json = false, ...account }: Options): Promise<number> {
  const connection = await connect(account);
  return withAccount(connection, async () => {
    const found = await readStatus(connection, await accountNow(connection));
    if (json) console.log(JSON.stringify(found, null, 2));
    else print(statusText(found));
    return Object.values(found).some((part) => typeof part === 'object' && 'unreadable' in part) ? 1 : 0;
  });
}

async function readStatus(connection: Connected, now: number): Promise<Status> {
  const read = statusParts(connection, now);
  const names = Object.keys(read) as (keyof typeof read)[];
  const parts = await Promise.all(names.map((name) => read[name]()));
  const found = Object.fromEntries(names.flatMap((name, at) => (parts[at] === undefined ? [] : [[name, parts[at]]])));
  return { environment: connection.name, at: new Date(now).toISOString(), ...found } as unknown as Status;
}

/** Returns what reads each part of the status, by the part's name and in the order of the text. */
export function statusParts(connection: Connected, now: number) {
  const phases = knownPhases.values().map(({ value }) => Number(value));
  const part = async <Value>(read: Promise<Value>): Promise<Part<Value>> => {
    try {
      return { read: await read };
    } catch (error) {
      return { unreadable: accountSentence(error, connection) };
    }
  };
  const cap = connection.environment.brakes.hosts;
  let brakeEvents: ReturnType<typeof readBrakeEvents> | undefined;
  const events = () => {
    brakeEvents ??= readBrakeEvents(connection);
    return brakeEvents;
  };
  return {
    trading: () => part(events().then(tradingNow)),
    sessions: async () => connection.environment.venues && part(readSessionLines(connection.environment, phases, now)),
    brakes: () => part(readBrakesWithPersons(connection, events())),
    budgets: () => part(readBudgets(connection, phases, now)),
    hosts: async () => cap && part(readHostCap(connection, cap, { phases, now })),
    fleet: () => part(readFleet(connection, events())),
    questions: () => part(readOpenQuestions(connection, now)),
    alarms: () => part(readAlarms(connection)),
    readiness: () => part(readReadiness(connection, phases)),
    preparations: () => part(readPreparations(connection, phases)),
    deployments: () => part(readDeployments(connection, phases)),
    verified: () => part(readVerified(connection, phases)),
    owed: () => part(readOwedHosts(connection)),
    truth: () => part(readFleetTruth(connection)),
  };
}
