import { type Safeguard, story } from './safeguard.ts';

const take = 'lambdas/take-the-fleet/take-the-fleet.ts';

/** The safeguards of a fleet: one rollback at a time, in order, and only if it is still needed. */
export const fleet: readonly Safeguard[] = [
  {
    name: 're-check-after-waiting',
    prevents: 'The look at its alarms after a wait: a rollback that is no longer needed does not act.',
    patches: [
      {
        file: take,
        before: "hasWaited && record.alarm !== null ? await worstState(deps, record) : 'ALARM'",
        after: "(hasWaited && record.alarm !== null ? 'ALARM' : 'ALARM') as Awaited<ReturnType<typeof worstState>>",
      },
    ],
    story: story.own('a-waiter-recovers'),
    breaks: 'recovered-waiters-stand-down',
  },
];
