import { readFileSync } from 'node:fs';
import { decisions } from './safeguards/decisions.ts';
import { fleet } from './safeguards/fleet.ts';
import { history } from './safeguards/history.ts';
import { machines } from './safeguards/machines.ts';
import { onHosts } from './safeguards/on-hosts.ts';
import { reconcile } from './safeguards/reconcile.ts';
import type { FoundBy, Safeguard } from './safeguards/safeguard.ts';

/** Every safeguard that is proved needed: without it a story fails, or a random incident breaks an invariant. */
export const safeguards: readonly Safeguard[] = [
  ...onHosts,
  ...fleet,
  ...decisions,
  ...machines,
  ...history,
  ...reconcile,
];

/** The file of the incidents that found safeguards, by the safeguards' names. */
export const foundFile = 'incidents/safeguards/found.json';

/** Returns the incidents that found safeguards so far. */
export const foundSoFar = (): Readonly<Record<string, FoundBy>> =>
  JSON.parse(readFileSync(new URL('safeguards/found.json', import.meta.url), 'utf8')) as Record<string, FoundBy>;
