import { SSMClient } from '@aws-sdk/client-ssm';
import { required } from '../environment.ts';
import { fleetOn } from '../fleet.ts';
import { historyIn } from '../history.ts';
import { realReach } from '../reach.ts';
import { realDb } from '../real-db.ts';
import { lookingAtHosts } from './handler.ts';

export const handler = lookingAtHosts({
  ...realReach(),
  // Not the patient one: a look that could not be kept is taken again, and waits for nobody.
  history: historyIn(realDb(), required('HISTORY_TABLE')),
  fleet: fleetOn(new SSMClient({})),
  tag: { key: required('FLEET_TAG_KEY'), value: required('FLEET_TAG_VALUE') },
});
