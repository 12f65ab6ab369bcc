import type { ContactsConfirmed } from '../../domain/ready/account-lines.ts';
import { parseConfirm } from '../../domain/ready/confirm-request.ts';
import type { ActingOptions } from './acting-on.ts';
import { startPersonsMachine } from './persons-machine.ts';
import { refuseEarly } from './refuse-early.ts';

type Options = ActingOptions & { readonly operator?: string; readonly json?: boolean };
type Confirmed = ContactsConfirmed & { readonly confirmed: Readonly<Record<string, string>> };

/** `action`: confirm, the only one. */
export async function contacts(_action: string, { operator, json = false, ...account }: Options): Promise<number> {
  const input = { operator };
  refuseEarly(parseConfirm, input, 'operator');
  return startPersonsMachine<Confirmed>(account, {
    machine: 'confirm-contacts',
    input,
    what: 'the confirmation',
    does: `confirm the contacts, as ${operator}`,
    accepted: (found) => (json ? JSON.stringify(found, null, 2) : confirmedText(found)),
  });
}

const confirmedText = ({ at, operator, confirmed }: Confirmed): string =>
  [
    `Confirmed by ${operator} at ${at}:`,
    ...Object.entries(confirmed).map(([level, contact]) => `  ${level.padEnd(12)} ${contact}`),
  ].join('\n');
