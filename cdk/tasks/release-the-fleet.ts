import { addToQuestions, releaseFleet, seeWhoDecided, wakeMachine } from './shared-rights.ts';
import { proofOfDecisions } from './shared-settings.ts';
import { shortTimeoutSeconds, type Task } from './task.ts';

/** Releases a fleet for a person, after a rollback that kept it, or while a rollback hands over to an operator. */
export const releaseTheFleet: Task = {
  name: 'release-the-fleet',
  timeoutSeconds: shortTimeoutSeconds,
  settings: proofOfDecisions,
  rights: (context) => [
    ...releaseFleet(context),
    seeWhoDecided(context), // refuses while the holder still runs; an answer before the release counts
    addToQuestions(context), // a release is the answer abort to a hand-over
    ...wakeMachine(context),
  ],
};
