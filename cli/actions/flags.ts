import { readFlags as readFlagsFile } from '../../config/infra.ts';
import { parseSetFlag } from '../../domain/flags/set-flag-request.ts';
import type { FlagChange } from '../../domain/history/flag-event.ts';
import { principalsOfBrakes } from '../../domain/history/verify-brakes.ts';
import { connectToTables } from '../account/clients.ts';
import { readFlags } from '../account/read-flags.ts';
import { readBrakeEvents } from '../account/read-history.ts';
import { UsageError } from '../account/usage-error.ts';
import { withAccount } from '../account/with-account.ts';
import { print } from '../text/colour.ts';
import { flagChanges, flagHistoryText, flagsText } from '../text/flags-text.ts';
import type { ActingOptions } from './acting-on.ts';
import { startPersonsMachine } from './persons-machine.ts';
import { refuseEarly } from './refuse-early.ts';

type Options = ActingOptions & {
  readonly strategy?: string;
  readonly operator?: string;
  readonly reason?: string;
  readonly despiteFreeze?: boolean;
  readonly json?: boolean;
};

export async function flags(
  action: string,
  name: string | undefined,
  value: string | undefined,
  options: Options,
): Promise<number> {
  if (action === 'set') return set(name, value, options);
  if (name !== undefined) throw new UsageError(`flags ${action} takes no flag; found ${name}.`);
  return action === 'history' ? history(options) : show(options);
}

async function show({ json = false, ...account }: Options): Promise<number> {
  const file = readFlagsFile();
  const connection = await connectToTables(account);
  return withAccount(connection, async () => {
    const found = await readFlags(connection);
    if (json) console.log(JSON.stringify(found, null, 2));
    else print(flagsText(found, file));
    return 0;
  });
}

async function history({ json = false, ...account }: Options): Promise<number> {
  const connection = await connectToTables(account);
  return withAccount(connection, async () => {
    const events = await readBrakeEvents(connection);
    if (json) console.log(JSON.stringify(flagChanges(events), null, 2));
    else print(flagHistoryText(events, principalsOfBrakes(events)));
    return 0;
  });
}

async function set(
  flag: string | undefined,
  value: string | undefined,
  { strategy, operator, reason, despiteFreeze, json = false, ...account }: Options,
): Promise<number> {
  const input = {
    ...{ flag, value, operator, reason },
    ...(strategy === undefined ? {} : { strategy }),
    ...(despiteFreeze ? { despite_freeze: true } : {}),
  };
  refuseEarly(parseSetFlag, input, 'operator', 'reason', 'strategy');
  return startPersonsMachine<FlagChange>(account, {
    machine: 'change-flag',
    input,
    what: 'the flag',
    does: `set ${flag} to ${value} in the normal layer, as ${operator}`,
    accepted: (found) => (json ? JSON.stringify(found, null, 2) : setText(found)),
    ...(json ? {} : { besides: (connection) => overrideLines(account, connection.name, String(flag)) }),
  });
}

const setText = ({ flag, value, before, deployment }: FlagChange) =>
  `${flag} is ${value} in the normal layer (before: ${before ?? 'no value'}; deployment ${deployment}). Hosts read it within a poll, 45 s.`;

/** An override makes the new value ineffective, and the person must know that. */
async function overrideLines(account: Options, environment: string, flag: string): Promise<readonly string[]> {
  const { safety, overridden_by } = await readFlags(await connectToTables({ ...account, environment }));
  const value = safety.values[flag] ?? null;
  if (value === null) return [];
  return [
    `Hosts keep ${flag} ${value}: ${overridden_by[flag] ?? 'somebody'} overrides it in the safety layer. docs/runbook.md#rolled-back says how to lift that.`,
  ];
}
