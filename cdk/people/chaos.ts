import { chaosScript, documentId } from '../../config/host-document.ts';
import type { PersonPolicy } from './person-policy.ts';
import { restorer, senderOf } from './restorer.ts';

/** Puts faults on hosts of an environment that allows chaos (cdk/chaos.ts); no other environment has this policy. */
export const chaos: PersonPolicy = {
  ...restorer,
  description: 'Sends the document chaos to hosts of the fleet, and reads. Exists only where chaos is allowed.',
  statements: senderOf(documentId(chaosScript.script)),
};
