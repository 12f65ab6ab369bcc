import { contentHash } from '../../domain/content-hash.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import type { ContactsConfirmed } from '../../domain/ready/account-lines.ts';
import { parseConfirm } from '../../domain/ready/confirm-request.ts';
import type { Contacts } from '../stores/readiness.ts';

export type ConfirmContactsDeps = {
  /** The contacts of the environment, as they are deployed. */
  readonly contacts: Environment['contacts'];
  readonly confirmedContacts: Pick<Contacts, 'put'>;
};
export type ConfirmInvocation = {
  readonly execution: { readonly id: string; readonly start_time: string; readonly input: unknown };
};

/**
 * Stores that a person has checked the contacts, with their hash: contacts that change later are not confirmed. Repeating it is
 * harmless. Throws InvalidInput.
 */
export async function confirmContacts(
  { contacts, confirmedContacts }: ConfirmContactsDeps,
  { execution }: ConfirmInvocation,
): Promise<ContactsConfirmed & { readonly confirmed: Environment['contacts'] }> {
  const { operator } = parseConfirm(execution.input);
  const at = new Date(execution.start_time).toISOString();
  const stored: ContactsConfirmed = { operator, at, contacts: contentHash(contacts), by: execution.id };
  await confirmedContacts.put(stored);
  return { ...stored, confirmed: contacts };
}
