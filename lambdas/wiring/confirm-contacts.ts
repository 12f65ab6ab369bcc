import type { Environment } from '../../domain/infra/environment.ts';
import { confirmContactsHandler } from '../confirm-contacts/handler.ts';
import { contactsIn } from '../stores/readiness.ts';
import type { Clients } from './aws-clients.ts';
import { jsonSetting, type Settings } from './settings.ts';

export function wireConfirmContacts({ dynamoDb }: Pick<Clients, 'dynamoDb'>, settings: Settings) {
  return confirmContactsHandler({
    contacts: jsonSetting<Environment['contacts']>(settings, 'CONTACTS'),
    confirmedContacts: contactsIn(dynamoDb, settings('STATE_TABLE')),
  });
}
