import { packed } from '../../domain/packed-text.ts';
import * as may from '../permissions.ts';
import { environmentName } from './shared-settings.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Checks every five minutes that each document has a version with the reviewed content. Changes nothing. */
export const checkDocuments: Task = {
  name: 'check-documents',
  timeoutSeconds: shortTimeoutSeconds,
  settings: (context) => ({
    ...environmentName(context),
    // Packed: twenty phases have 48 documents, and Lambda takes 4 KB of variables.
    DOCUMENTS: packed(JSON.stringify(context.documents.reviewed)),
  }),
  rights: ({ documents }) => [may.readDocuments(documents.every), may.countInCloudWatch()],
};
