import { type Safeguard, story } from './safeguard.ts';

const messages = 'statemachines/states/messages.ts';

/** The Catches and Retries of the state machines. */
export const machines: readonly Safeguard[] = [
  {
    name: 'catch-of-a-step',
    prevents: 'The Catch of a step: a failed step asks an operator at once, and every other error tells a person.',
    patches: [
      {
        file: 'statemachines/states/host-tasks.ts',
        before: '    catch: [...(step.whole ? [othersFirst] : []), stepFailed, ...catchAll],',
        after: '    catch: [...(step.whole ? [othersFirst] : [])],',
      },
    ],
    story: story.own('a-step-fails-while-reconcile-is-off'),
  },
  {
    name: 'catch-of-a-message',
    prevents: 'The Catch of a message: a rollback goes on if SNS is down.',
    patches: [
      {
        file: messages,
        before: "    catch: [rollbackOver, { ErrorEquals: ['States.ALL'], Assign: { unsent: file }, Next: next }],",
        after: '    catch: [rollbackOver],',
      },
    ],
    story: story.rehearsed('sns-down'),
  },
  {
    name: 'catch-of-the-opening',
    prevents: 'The Catch of the opening: a person is told that a rollback could not begin.',
    patches: [
      {
        file: 'statemachines/states/opening.ts',
        before: "      { ErrorEquals: ['States.ALL'], ...cannotBeOpened(unopenedPhases, false) },\n",
        after: '',
      },
    ],
    story: story.own('no-host-while-reconcile-is-off'),
  },
  {
    name: 'catch-not-needed',
    prevents: 'The Catch of a wait: a rollback that is no longer needed stands down instead of failing.',
    patches: [
      {
        file: 'statemachines/states/opening.ts',
        before:
          "    catch: [{ ErrorEquals: ['NotNeeded'], Assign: { problem: null }, Next: 'Send stood down' }, ...catchAll],",
        after: '    catch: catchAll,',
      },
    ],
    story: story.own('a-waiter-recovers'),
    breaks: 'every-ending-is-told',
  },
  {
    name: 'catch-of-a-deadline',
    prevents: "The Catch of a question's timeout: at the deadline the alarm decides.",
    patches: [
      {
        file: 'statemachines/states/asking.ts',
        before:
          "    catch: [{ ErrorEquals: ['States.Timeout'], Assign: { problem: null }, Next: 'Read the decision' }, ...catchAll],",
        after: '    catch: catchAll,',
      },
    ],
    story: story.own('nobody-answers'),
  },
  {
    name: 'retry-of-transient-errors',
    prevents: 'The Retry of transient errors: a function that is throttled runs again.',
    patches: [
      {
        file: 'statemachines/asl.ts',
        before: '    Retry: [...(task.retry ?? []), task.transientErrors ?? transientErrors],',
        after: '    Retry: [...(task.retry ?? [])],',
      },
    ],
    story: story.own('a-throttled-function'),
  },
  {
    name: 'retry-of-a-failed-step',
    prevents: 'The Retry of a failed step: hosts that read a flag late are asked again.',
    patches: [
      {
        file: 'statemachines/states/host-tasks.ts',
        before: '    retry: [stillRunning, afterFailure(step)],',
        after: '    retry: [stillRunning, { ...afterFailure(step), MaxAttempts: 0 }],',
      },
    ],
    story: story.rehearsed('started-by-hand'),
  },
];
