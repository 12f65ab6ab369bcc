import { tradingNow } from '../../domain/history/trading-now.ts';
import { accountSentence } from '../account/account-error.ts';
import { readSessionLines } from '../account/calendar.ts';
import { type AccountOptions, type Connected, connect } from '../account/clients.ts';
import { readBrakeEvents } from '../account/read-history.ts';
import { readHostCap } from '../account/read-host-cap.ts';
import {
  readAlarms,
  readBrakesWithPersons,
  readBudgets,
  readDeployments,
  readFleet,
  readFleetTruth,
  readOpenQuestions,
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
    const found = await readStatus(connection, Date.now());
    if (json) console.log(JSON.stringify(found, null, 2));
    else print(statusText(found));
    return Object.values(found).some((part) => typeof part === 'object' && 'unreadable' in part) ? 1 : 0;
  });
}

async function readStatus(connection: Connected, now: number): Promise<Status> {
  const phases = knownPhases.values().map(({ value }) => Number(value));
  const part = async <Value>(read: Promise<Value>): Promise<Part<Value>> => {
    try {
      return { read: await read };
    } catch (error) {
      return { unreadable: accountSentence(error, connection) };
    }
  };
  const cap = connection.environment.brakes.hosts;
  const events = readBrakeEvents(connection);
  const [
    sessions,
    brakes,
    budgets,
    hosts,
    fleet,
    questions,
    alarms,
    readiness,
    preparations,
    deployments,
    verified,
    owed,
    truth,
    trading,
  ] = await Promise.all([
    connection.environment.venues && part(readSessionLines(connection.environment, phases, now)),
    part(readBrakesWithPersons(connection, events)),
    part(readBudgets(connection, phases, now)),
    cap && part(readHostCap(connection, cap, { phases, now })),
    part(readFleet(connection)),
    part(readOpenQuestions(connection, now)),
    part(readAlarms(connection)),
    part(readReadiness(connection, phases)),
    part(readPreparations(connection, phases)),
    part(readDeployments(connection, phases)),
    part(readVerified(connection, phases)),
    part(readOwedHosts(connection)),
    part(readFleetTruth(connection)),
    part(events.then(tradingNow)),
  ]);
  const at = new Date(now).toISOString();
  const environment = connection.name;
  const counted = { budgets, ...(hosts ? { hosts } : {}) };
  const versions = { readiness, preparations, deployments, verified, owed, truth };
  return {
    environment,
    at,
    trading,
    ...(sessions ? { sessions } : {}),
    brakes,
    ...counted,
    fleet,
    questions,
    alarms,
    ...versions,
  };
}
