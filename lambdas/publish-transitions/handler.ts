import middy from '@middy/core';
import { type PublishTransitionsDeps, publishTransitions } from './publish-transitions.ts';

/** Publishes transitions to EventBridge. Runs every minute. Logs why some wait. */
export const publishTransitionsHandler = (deps: PublishTransitionsDeps) =>
  middy(async () => {
    const published = await publishTransitions(deps);
    if (published.why !== null) console.warn(`${published.waiting} transitions wait. ${published.why}`);
    return published;
  });
