import { realReach } from '../wiring/host-step.ts';
import { runningOnHosts } from './handler.ts';

export const handler = runningOnHosts(realReach());
