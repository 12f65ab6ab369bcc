import { alarmsPageFewTimes, redAlarmsAreCovered } from './invariants/alarms.ts';
import { blockedMeansNotRestored, brakesVerify, pausedMeansAsked, undoneMeansBlocked } from './invariants/brakes.ts';
import { capOnHosts } from './invariants/cap-on-hosts.ts';
import {
  everyEndingIsTold,
  everyIncidentEnds,
  everyQuestionEnds,
  missedLimitsAreReported,
} from './invariants/endings.ts';
import { noMistakeInTheCode } from './invariants/errors.ts';
import { historyVerifies, stoppedStaysStopped } from './invariants/history.ts';
import type { Invariant } from './invariants/invariant.ts';
import { nothingLeftBehind } from './invariants/left-behind.ts';
import {
  effectOnce,
  oneRollbackPerHost,
  rolledBackMeansActed,
  rolledBackMeansAtTarget,
} from './invariants/on-hosts.ts';
import { onlyItsHosts } from './invariants/only-its-hosts.ts';
import { haltedStaysHalted, haltsAreTold, resumedByTwo } from './invariants/trading.ts';
import { deploymentExplainsIt, trustMeansAsked } from './invariants/trust.ts';
import { recoveredWaitersStandDown, waitersBySeverity } from './invariants/waiters.ts';

/** Everything that is true after every incident. */
export const invariants: readonly Invariant[] = [
  oneRollbackPerHost,
  effectOnce,
  onlyItsHosts,
  rolledBackMeansAtTarget,
  rolledBackMeansActed,
  redAlarmsAreCovered,
  alarmsPageFewTimes,
  everyIncidentEnds,
  everyEndingIsTold,
  everyQuestionEnds,
  missedLimitsAreReported,
  historyVerifies,
  stoppedStaysStopped,
  nothingLeftBehind,
  waitersBySeverity,
  recoveredWaitersStandDown,
  trustMeansAsked,
  deploymentExplainsIt,
  pausedMeansAsked,
  blockedMeansNotRestored,
  undoneMeansBlocked,
  brakesVerify,
  capOnHosts,
  haltedStaysHalted,
  resumedByTwo,
  haltsAreTold,
  noMistakeInTheCode,
];

/** The invariant that needs a second run: check.ts compares the two hashes. */
export const sameHash = { name: 'same-hash', says: 'The same seed gives the same hash.' } as const;
