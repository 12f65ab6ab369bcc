import { realReach } from '../reach.ts';
import { runningOnHosts } from './handler.ts';

export const handler = runningOnHosts(realReach());
