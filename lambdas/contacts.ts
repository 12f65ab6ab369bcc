import type { Contacts } from '../domain/contact.ts';
import { required } from './environment.ts';

/** The environment's contacts, from the function's settings. */
export const realContacts = (): Contacts => JSON.parse(required('CONTACTS')) as Contacts;
