import { contacts } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Stores that a person has checked the contacts. */
export const confirmContacts: Task = {
  name: 'confirm-contacts',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({ CONTACTS: contacts(context).CONTACTS }),
  rights: (context) => [stateItems(context, 'contacts', 'PutItem')],
};
