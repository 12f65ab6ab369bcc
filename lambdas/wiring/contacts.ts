import type { Contacts } from '../../domain/question/contact.ts';
import { required } from './settings.ts';

/** The environment's contacts, from the function's settings. */
export const realContacts = (): Contacts => JSON.parse(required('CONTACTS')) as Contacts;
