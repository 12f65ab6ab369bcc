import { realReach } from '../reach.ts';
import { confirmingRecovery } from './handler.ts';

export const handler = confirmingRecovery(realReach());
