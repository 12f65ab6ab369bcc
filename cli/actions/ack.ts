import { type AcknowledgementInput, parseAcknowledgement } from '../../domain/afterwards/acknowledgement.ts';
import { showCommand } from '../text/commands-to-paste.ts';
import type { ActingOptions } from './acting-on.ts';
import { startPersonsMachine } from './persons-machine.ts';
import { refuseEarly } from './refuse-early.ts';

type Options = ActingOptions & { readonly operator?: string; readonly json?: boolean };

export async function ack(rollback: string, { operator, json = false, ...account }: Options): Promise<number> {
  const input = { rollback, operator, acknowledge: true };
  refuseEarly(parseAcknowledgement, input, 'operator');
  return startPersonsMachine(account, {
    machine: 'annotate',
    input,
    what: 'the acknowledgement',
    does: `acknowledge the page of rollback ${rollback}, as ${operator}`,
    accepted: ({ at }: AcknowledgementInput & { readonly at: string }) =>
      json ? JSON.stringify({ rollback, operator, at }, null, 2) : acceptedText(rollback, at, account),
  });
}

export const acceptedText = (rollback: string, at: string, { environment }: ActingOptions) =>
  [
    `Recorded at ${at}: you have heard rollback ${rollback}. Nobody else is called about it.`,
    'It still waits for you. See what it needs:',
    `  ${showCommand(rollback, environment)}`,
  ].join('\n');
