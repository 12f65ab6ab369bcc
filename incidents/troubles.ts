import { awsTroubles } from './troubles/aws.ts';
import { brakeTroubles } from './troubles/brakes.ts';
import { hostTroubles } from './troubles/hosts.ts';
import type { Kind } from './troubles/kind.ts';
import { metricTroubles } from './troubles/metrics.ts';
import { peoplesTroubles } from './troubles/people.ts';
import { tradingTroubles } from './troubles/trading.ts';

/** Everything that can go wrong in an incident, and everything that people do meanwhile. A new story key is one more entry. */
export const troublesIn = (environment: string): readonly Kind[] => [
  ...metricTroubles,
  ...peoplesTroubles(environment),
  ...hostTroubles,
  ...awsTroubles,
  ...brakeTroubles,
  ...tradingTroubles,
];
