import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Policy } from '../../lambdas/middleware/payload.ts';
import type { DecisionSettings } from '../../lambdas/operations/read-situation.ts';
import { brakesIn } from '../../lambdas/stores/brakes.ts';
import { claimsIn } from '../../lambdas/stores/claims.ts';
import { deploymentMarksIn } from '../../lambdas/stores/deployment-marks.ts';
import { deploymentsIn } from '../../lambdas/stores/deployments.ts';
import { endingsIn } from '../../lambdas/stores/endings.ts';
import { historyIn } from '../../lambdas/stores/history.ts';
import { type QuestionId, questionsIn } from '../../lambdas/stores/questions.ts';
import { recentRollbacksIn } from '../../lambdas/stores/recent-rollbacks.ts';
import { reviewsIn } from '../../lambdas/stores/reviews.ts';
import { rollbackScopesIn } from '../../lambdas/stores/rollback-scope.ts';
import { rowWindowIn } from '../../lambdas/stores/row-window.ts';
import { unsentIn } from '../../lambdas/stores/unsent-messages.ts';
import { fakeStepFunctions, proofRules } from '../domain/proof/fake-step-functions.ts';
import { noSleep } from './tables.ts';

/** Settings of an environment file that sets only `trust: auto`. */
export const settings: DecisionSettings = {
  trust: 'auto',
  brakes: { budget: 3, cool_down: 1800, watch_window: 4 * 3600, few_ill: 'ask' },
  questions: { confirm: 900, hand_over: 4 * 3600, choose: 'rollback' },
  limits: { CRITICAL: 900, HIGH: 3600, MEDIUM: 4 * 3600 },
  confirm: { in_a_row: 3, every: 10, give_up: 300 },
};

/** Triggers as in infra/triggers.yaml, for a runbook of one step of one minute. */
export const policy: Policy = {
  rollback_safe: true,
  approvers: 1,
  steps: [{ name: 'Clear cache', timeout: 60 }],
  triggers: {
    system_failure: { severity: 'CRITICAL', when_blind: 'rollback', trust: 'auto' },
    data_corruption: { severity: 'CRITICAL', when_blind: 'ignore', trust: 'auto' },
    performance_degradation: { severity: 'HIGH', when_blind: 'ignore', trust: 'auto' },
    cascade_failure: { severity: 'HIGH', when_blind: 'hold', trust: 'auto' },
  },
};

/**
 * Dependencies of the functions that decide, ask and store answers, on real tables; `woken` lists the woken questions.
 */
export function decidingStores(db: DynamoDBDocumentClient) {
  const woken: QuestionId[] = [];
  let missed = 0;
  let unsentMessages = 0;
  let passedOver = 0;
  const stepFunctions = fakeStepFunctions();
  return {
    history: historyIn(db, 'history', noSleep),
    claims: claimsIn(db, 'state'),
    endings: endingsIn(db, 'state'),
    deployments: deploymentsIn(db, 'state'),
    marks: deploymentMarksIn(db, 'state'),
    recentRollbacks: recentRollbacksIn(db, 'state'),
    phases: [1, 2, 3, 4],
    brakes: brakesIn(db, 'state').ofPhase,
    readBrakes: brakesIn(db, 'state').read,
    blocks: brakesIn(db, 'state'),
    questions: questionsIn(db, 'state'),
    rowWindow: rowWindowIn(db, 'state'),
    scopes: rollbackScopesIn(db, 'state'),
    stepFunctions,
    seeExecution: stepFunctions.seeExecution,
    proofRules,
    sleep: noSleep as (milliseconds: number) => Promise<unknown>,
    countPassedOver: async () => {
      passedOver += 1;
    },
    passedOverCount: () => passedOver,
    unsent: unsentIn(db, 'state'),
    reviews: reviewsIn(db, 'state'),
    reviewWithin: 72 * 3600,
    settings,
    baselines: async () => [],
    metricOf: () => undefined,
    secondWitness: async () => ({ unevaluated: [], newest: new Map(), hosts: [] }),
    wake: async ({ rollback, number }: QuestionId) => void woken.push({ rollback, number }),
    woken,
    countMissed: async () => {
      missed += 1;
    },
    missedCount: () => missed,
    countUnsent: async () => {
      unsentMessages += 1;
    },
    unsentCount: () => unsentMessages,
    limitMissed: 'SUBJECT: late\n\nLate.',
    contactLines: 'L1: ana',
    runbook: 'docs/runbook.md',
    portal: null,
    statusOf: async () => 'RUNNING',
    seeExecutionEnd: async () => ({}),
  };
}
