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
  {
    name: 'lock-put-if-absent',
    prevents: 'Put-if-absent of the lock: of two rollbacks that come at once one gets the fleet.',
    patches: [
      {
        file: 'lambdas/stores/fleet-lock.ts',
        before: "ConditionExpression: 'attribute_not_exists(pk)',",
        after: "ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(pk)',",
      },
    ],
    story: story.own('two-take-the-fleet'),
  },
  {
    name: 'look-at-the-holder',
    prevents: 'The look at the holder: a rollback waits while another one holds the fleet.',
    patches: [
      {
        file: 'lambdas/operations/take-free-fleet.ts',
        before:
          '  if (waiters.length > 0) return undefined;\n  if (holder) return holder.rollback === id ? holder : undefined;\n',
        after: '',
      },
      {
        file: 'lambdas/stores/fleet-lock.ts',
        before: "ConditionExpression: 'attribute_not_exists(pk)',",
        after: "ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(pk)',",
      },
    ],
    story: story.own('one-waits-for-the-other'),
  },
  {
    name: 'queue-by-severity',
    prevents: 'The order of the queue: the worst severity gets the fleet first.',
    patches: [
      {
        file: 'domain/decision/fleet-queue.ts',
        before: '  severities.indexOf(a.severity) - severities.indexOf(b.severity) ||\n',
        after: '',
      },
      {
        file: 'domain/decision/fleet-queue.ts',
        before: '  instant(b.deployed) - instant(a.deployed) ||\n',
        after: '',
      },
    ],
    story: story.own('the-worse-one-first'),
    breaks: 'waiters-by-severity',
  },
  {
    name: 'conditional-release',
    prevents: "The condition of the lock's deletion: a repeated release does not free the fleet of the next holder.",
    patches: [
      {
        file: 'lambdas/stores/fleet-lock.ts',
        before: 'Key: lockKey(fleet), ...held(rollback, fence) })))',
        after: 'Key: lockKey(fleet) })))',
      },
    ],
    story: story.own('a-release-is-repeated'),
  },
  {
    name: 'held-before-a-step',
    prevents:
      'The look at the lock before each step, which marks it: a rollback that may have touched a host keeps the fleet.',
    patches: [
      {
        file: 'lambdas/operations/held-fleet.ts',
        before: '  await markLock(deps, holding);\n',
        after: '',
      },
    ],
    story: story.rehearsed('hand-over-nobody-answers'),
  },
  {
    name: 'look-before-each-command',
    prevents:
      'The look at ending and lock before each command: a function that outlives its rollback sends nothing more.',
    patches: [
      {
        file: 'lambdas/operations/held-fleet.ts',
        before: '    if (now() - lookedAt < lookedMilliseconds) return;\n',
        after: '    if (now() - lookedAt < lookedMilliseconds * 1e6) return;\n',
      },
      {
        file: 'lambdas/operations/host-attempt.ts',
        before: 'await (whileHeld ? checkOpen(whileHeld, rollback) : checkNotStopped(deps, request));',
        after: 'await checkNotStopped(deps, request);',
      },
    ],
    story: story.own('a-wave-after-the-fleet-was-lost'),
    breaks: 'one-rollback-per-host',
  },
  {
    name: 'others-act-first',
    prevents:
      'The two parts of a rollback of whole hosts: phases that keep a host ill are rolled back before it is judged.',
    patches: [
      {
        file: 'lambdas/take-the-fleet/let-others-act.ts',
        before: 'others.length > 0 ? await',
        after: 'others.length > 999 ? await',
      },
    ],
    story: story.rehearsed('phase-1-lets-phase-4-act'),
  },
  {
    name: 'needs-a-person-keeps-the-fleet',
    prevents: 'The kept lock: after a failure nobody acts on half-changed hosts before a person has looked.',
    patches: [
      {
        file: 'lambdas/operations/close-rollback.ts',
        before: "  const keeps = ending === 'Needs a person' &&",
        after: "  const keeps = ending === ('never' as string) &&",
      },
    ],
    story: story.rehearsed('hand-over-nobody-answers'),
  },
  {
    name: 'hosts-cover-hosts-only',
    prevents: 'Coverage: an alarm of the phase does not join a rollback of a few hosts.',
    patches: [
      {
        file: 'lambdas/open-rollback/admission.ts',
        before: '  if (cause.only_hosts !== null) return actOnHostsOrJoin(deps, applicant, cause.only_hosts);\n',
        after: '',
      },
    ],
    story: story.rehearsed('alarm-while-one-host-is-rolled-back'),
    breaks: 'red-alarms-are-covered',
    kinds: '"only_hosts"',
  },
  {
    name: 'coverage-of-named-hosts',
    prevents: 'Coverage: a start for a host does not join a rollback of another host.',
    patches: [
      {
        file: 'domain/decision/coverage.ts',
        before: '  return asked.every((host) => ',
        after: '  return asked.every((host) => host !== "" || ',
      },
    ],
    story: story.own('two-starts-for-two-hosts'),
    kinds: '"only_hosts".*"only_hosts"',
  },
  {
    name: 'place-in-the-queue',
    prevents:
      'A waiter leaves the queue after its ending is stored: if it dies in between, it still looks at its alarms before it takes the fleet.',
    patches: [
      {
        file: take,
        before:
          "  await endWithoutActing(deps, rollback, 'Stood down', decided);\n  await deps.locks.leave(rollback.fleet, rollback.id);\n",
        after:
          "  await deps.locks.leave(rollback.fleet, rollback.id);\n  await endWithoutActing(deps, rollback, 'Stood down', decided);\n",
      },
    ],
    story: story.rehearsed('waiter-dies-as-it-stands-down'),
    kinds: '"name":"take-the-fleet"',
  },
  {
    name: 'begun-although-released',
    prevents:
      'The history tells whether a rollback has begun, after a person has released its fleet: the half undone version is blocked.',
    patches: [
      {
        file: 'lambdas/operations/close-rollback.ts',
        before: "type === 'Flags overridden' || type === 'Step started'",
        after: "type === 'Flags overridden' && type.length === 0",
      },
    ],
    story: story.rehearsed('hand-over-released'),
    kinds: '"release":',
  },
];
