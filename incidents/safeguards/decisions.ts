import { type Safeguard, story } from './safeguard.ts';

/** The safeguards before a rollback begins: what people decide, and what is against acting without them. */
export const decisions: readonly Safeguard[] = [
  {
    name: 'decision-put-if-absent',
    prevents: 'Put-if-absent of a decision: of two answers at once one decides.',
    patches: [
      {
        file: 'lambdas/stores/questions.ts',
        before: "ConditionExpression: 'attribute_not_exists(pk)' });",
        after: "ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(pk)' });",
      },
    ],
    story: story.own('two-answers-one-hangs'),
  },
  {
    name: 'deadline-of-a-question',
    prevents: 'The deadline: an answer after it does not count.',
    patches: [
      {
        file: 'domain/question/answer-rules.ts',
        before: '  if (now > Date.parse(deadline))\n    return',
        after: '  if (now > Date.parse(deadline) + 3600_000)\n    return',
      },
    ],
    story: story.own('an-answer-after-the-deadline'),
  },
  {
    name: 'restore-is-not-skipped',
    prevents:
      'The step that restores the code cannot be skipped: trading would resume on the code that is rolled back.',
    patches: [
      {
        file: 'domain/question/question.ts',
        before: "  if (answer === 'skip' && kind === 'restoring')",
        after: "  if (answer === 'skip' && kind === 'restoring' && failed.length > 99)",
      },
    ],
    story: story.rehearsed('hand-over-restore-not-skipped'),
  },
  {
    name: 'code-is-asked-about',
    prevents:
      'A rollback that begins after the step that restores the code asks each host about it: trading would resume on other code.',
    patches: [
      {
        file: 'lambdas/operations/pass-over.ts',
        before: "judged.every(({ verdict }) => verdict === 'done')",
        after: 'judged.length > 0',
      },
    ],
    story: story.rehearsed('begins-after-the-code'),
    kinds: '"from_step"',
  },
  {
    name: 'left-out-is-unverified',
    prevents: 'A rollback that began after a step which nobody did on a host is never *Rolled back*.',
    patches: [
      {
        file: 'lambdas/confirm-recovery/confirm-recovery.ts',
        before: '      ...leftOutByStart(scope.begins_at, scope.hosts),\n',
        after: '      ...leftOutByStart(undefined, scope.hosts),\n',
      },
    ],
    story: story.rehearsed('begins-after-a-step-that-failed'),
    kinds: '"from_step"',
  },
  {
    name: 'rows-are-taken-once',
    prevents:
      'A later start does not repeat a step that took rows on a host: a second time would take rows that came after it.',
    patches: [
      {
        file: 'lambdas/operations/run-on-hosts.ts',
        before: '  const earlier = hostsDoneEarlier(scope.begins_at, command.id);\n',
        after: '  const earlier = hostsDoneEarlier(undefined, command.id);\n',
      },
    ],
    story: story.rehearsed('begins-at-a-step-that-took-rows'),
    kinds: '"from_step"',
  },
  {
    name: 'wake-again',
    prevents: 'Reconcile wakes a machine that an answer could not wake.',
    patches: [
      {
        file: 'domain/reconcile/question-actions.ts',
        before: '  return now - Date.parse(since) >= oversleptMilliseconds ? [',
        after: '  return now - Date.parse(since) >= oversleptMilliseconds * 1e6 ? [',
      },
    ],
    story: story.rehearsed('answer-cannot-wake-the-machine'),
  },
  {
    name: 'cool-down',
    prevents: 'The cool-down: a second rollback so soon asks for a permit.',
    patches: [
      {
        file: 'domain/decision/situation.ts',
        before: '    ...coolDownObjection(situation),\n',
        after: '    ...coolDownObjection(situation).slice(0, 0),\n',
      },
    ],
    story: story.own('a-second-alarm-after-the-end'),
  },
  {
    name: 'pause',
    prevents: 'The pause: while automation is paused, an alarm asks for a permit.',
    patches: [
      {
        file: 'domain/decision/situation.ts',
        before: '    ...pauseObjection(situation),\n',
        after: '    ...pauseObjection(situation).slice(0, 0),\n',
      },
    ],
    story: story.rehearsed('paused-critical-asks'),
    kinds: '"action":"pause"',
  },
  {
    name: 'pause-now',
    prevents: 'The pause of running rollbacks: the next step does not begin.',
    patches: [
      {
        file: 'lambdas/operations/hold-for-step.ts',
        before: "if (pause && last?.verdict !== 'running')",
        after: "if (pause && last?.verdict !== 'running' && !rollback.id)",
      },
    ],
    story: story.rehearsed('pause-now-in-the-middle-of-a-step'),
    kinds: '"now":true',
  },
  {
    name: 'blocked-target',
    prevents: 'The block of a version: no rollback begins that would restore it.',
    patches: [
      {
        file: 'domain/message/blocked-target.ts',
        before: '  return held.size === 0 ? null :',
        after: '  return held.size < 1000 ? null :',
      },
    ],
    story: story.rehearsed('blocked-target-and-an-alarm'),
    breaks: 'blocked-means-not-restored',
    kinds: '"action":"block"',
  },
  {
    name: 'block-before-a-step',
    prevents:
      'The look at blocks before each step: one that is given in mid-rollback still keeps the version from being restored.',
    patches: [
      {
        file: 'lambdas/operations/hold-for-step.ts',
        before: "if (blocked && last?.verdict !== 'running')",
        after: "if (blocked && last?.verdict !== 'running' && !rollback.id)",
      },
    ],
    story: story.rehearsed('blocked-in-mid-rollback'),
    kinds: '"action":"block"',
  },
  {
    name: 'blocked-target-of-each-phase',
    prevents:
      'A rollback of several phases ends before any host is touched if the version of any of its phases is blocked.',
    patches: [
      {
        file: 'lambdas/open-rollback/several-phases.ts',
        before: '      targets: chosen.flatMap(',
        after: '      targets: chosen.slice(0, 0).flatMap(',
      },
    ],
    story: story.rehearsed('blocked-target-of-several-phases'),
    kinds: '"action":"block"',
  },
  {
    name: 'undone-is-blocked',
    prevents: 'The block of the version that a rollback undid: no later rollback goes back to it.',
    patches: [
      {
        file: 'lambdas/operations/block-undone.ts',
        before: "    await blocks.set('block', block);",
        after: "    if (phase > 99) await blocks.set('block', block);",
      },
    ],
    story: story.rehearsed('rolled-back-version-is-blocked'),
    breaks: 'undone-means-blocked',
  },
  {
    name: 'budget',
    prevents: 'The budget: a phase that was rolled back three times in a day asks for a permit.',
    patches: [
      {
        file: 'domain/decision/situation.ts',
        before: '    ...budgetObjection(situation),\n',
        after: '    ...budgetObjection(situation).slice(0, 0),\n',
      },
    ],
    story: story.own('a-fourth-rollback-in-a-day'),
  },
  {
    name: 'cap-on-hosts',
    prevents: 'The cap on hosts: a rollback with which automation would touch more of them asks for a permit.',
    patches: [
      {
        file: 'domain/decision/situation.ts',
        before: '    ...hostsObjection(situation),\n',
        after: '    ...hostsObjection(situation).slice(0, 0),\n',
      },
    ],
    story: story.rehearsed('host-cap-reached'),
    breaks: 'cap-on-hosts',
    kinds: '"host_cap"',
  },
  {
    name: 'deployment-explains-it',
    prevents: 'The watch window: an alarm that no deployment explains asks for a permit.',
    patches: [
      {
        file: 'domain/decision/situation.ts',
        before: '    ...deploymentObjection(situation),\n',
        after: '    ...deploymentObjection(situation).slice(0, 0),\n',
      },
    ],
    story: story.own('nobody-gives-a-permit'),
  },
  {
    name: 'trust-approve',
    prevents: 'Trust: with `approve` no alarm acts by itself.',
    patches: [
      {
        file: 'domain/decision/situation.ts',
        before: "    ...(trust === 'approve' ? [",
        after: "    ...(trust === ('never' as string) ? [",
      },
    ],
    story: story.rehearsed('trust-approve'),
    kinds: '"trust":"approve"',
  },
  {
    name: 'window-kept-for-retries',
    prevents: 'The window of rows is kept: the rollback after a failed one takes the same rows.',
    patches: [
      {
        file: 'lambdas/stores/row-window.ts',
        before: '  if (!start) return own;',
        after: '  if (start !== asked) return own;',
      },
      {
        file: 'lambdas/open-rollback/freeze.ts',
        before: 'cause.alarm === null ? (unfinished ?? newest) : newest;',
        after: 'newest;',
      },
    ],
    story: story.own('another-deployment-before-the-retry'),
  },
];
