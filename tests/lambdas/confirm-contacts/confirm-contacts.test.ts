import { expect, test } from 'vitest';
import { contentHash } from '../../../domain/content-hash.ts';
import { InvalidInput } from '../../../domain/errors.ts';
import type { ContactsConfirmed } from '../../../domain/ready/account-lines.ts';
import { confirmContacts } from '../../../lambdas/confirm-contacts/confirm-contacts.ts';

const contacts = { L1: 'Operations desk', L2: 'Ana' };
const confirm = async (input: unknown) => {
  const stored: ContactsConfirmed[] = [];
  const put = async (one: ContactsConfirmed) => void stored.push(one);
  const execution = { id: 'arn:one', start_time: '2026-03-02T09:00:00Z', input };
  const result = await confirmContacts({ contacts, confirmedContacts: { put } }, { execution }).catch(
    (error: Error) => error,
  );
  return { stored, result };
};

test('stores who confirmed the contacts, when, and which they were', async () => {
  const { stored, result } = await confirm({ operator: 'ana' });
  expect(stored).toEqual([
    { operator: 'ana', at: '2026-03-02T09:00:00.000Z', contacts: contentHash(contacts), by: 'arn:one' },
  ]);
  expect(result).toMatchObject({ confirmed: contacts });
});

test('refuses a confirmation without a name, and stores nothing', async () => {
  const { stored, result } = await confirm({});
  expect(result).toBeInstanceOf(InvalidInput);
  expect(stored).toEqual([]);
});
