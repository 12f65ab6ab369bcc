import * as may from '../permissions.ts';
import { environmentName } from './shared-settings.ts';
import { stateItems } from './state-items.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Checks every five minutes that each document has a version with the reviewed content. Stores what it found. */
export const checkDocuments: Task = {
  name: 'check-documents',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({
    ...environmentName(context),
    // Packed: twenty phases have 48 documents, and Lambda takes 4 KB of variables.
    DOCUMENTS: JSON.stringify(context.documents.reviewed),
  }),
  rights: (context) => [
    may.readDocuments(context.documents.every),
    may.listDocuments(),
    stateItems(context, 'checkedDocuments', 'Query', 'PutItem'),
    may.countInCloudWatch(),
  ],
};
