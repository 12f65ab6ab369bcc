import type { Evidence } from '../evidence.ts';
import { beganByItself } from './began-by-itself.ts';
import { type Invariant, named } from './invariant.ts';

const isoOf = (at: number) => new Date(at).toISOString();

export const trustMeansAsked: Invariant = {
  name: 'trust-means-asked',
  says: 'With `trust: approve` or `observe`, no rollback of an alarm begins by itself.',
  breaks: ({ story: { trust }, rollbacks }) =>
    trust === 'approve' || trust === 'observe'
      ? rollbacks.flatMap((rollback) =>
          beganByItself(rollback).map(
            (at) => `${named(rollback)} began by itself at ${isoOf(at)}, although trust is ${trust}`,
          ),
        )
      : [],
};

export const deploymentExplainsIt: Invariant = {
  name: 'a-deployment-explains-it',
  says: 'No rollback begins by itself in a phase that nobody has deployed.',
  breaks: (evidence) =>
    evidence.rollbacks.flatMap((rollback) =>
      beganByItself(rollback)
        .filter((at) => !isDeployed(evidence, rollback.phase, at))
        .map((at) => `${named(rollback)} began by itself at ${isoOf(at)}, although nobody had deployed that phase`),
    ),
};

/** Whether a deployment of a phase was recorded before an instant, as far as the story has it. */
const isDeployed = ({ story, start }: Evidence, phase: number, at: number): boolean =>
  story.given.some((one) => 'deployed' in one && one.deployed.phase === phase) ||
  story.when.some((one) => one.deployed?.phase === phase && start + one.at * 1000 <= at);
