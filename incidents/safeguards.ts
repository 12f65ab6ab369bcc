import { fleet } from './safeguards/fleet.ts';
import { onHosts } from './safeguards/on-hosts.ts';
import type { Safeguard } from './safeguards/safeguard.ts';

/** Every safeguard that is proved needed: without it a story fails, or a random incident breaks an invariant. */
export const safeguards: readonly Safeguard[] = [...onHosts, ...fleet];
