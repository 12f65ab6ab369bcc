import { SSMClient } from '@aws-sdk/client-ssm';
import { managedInstancesOn } from '../clients/managed-instances.ts';
import { historyIn } from '../stores/history.ts';
import { realDb } from '../wiring/db.ts';
import { realReach } from '../wiring/host-step.ts';
import { required } from '../wiring/settings.ts';
import { lookingAtHosts } from './handler.ts';

export const handler = lookingAtHosts({
  ...realReach(),
  // Not the patient one: a look that could not be kept is taken again, and waits for nobody.
  history: historyIn(realDb(), required('HISTORY_TABLE')),
  fleet: managedInstancesOn(new SSMClient({})),
  tag: { key: required('FLEET_TAG_KEY'), value: required('FLEET_TAG_VALUE') },
});
