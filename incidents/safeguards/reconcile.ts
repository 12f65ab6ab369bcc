import { type Safeguard, story } from './safeguard.ts';

const file = 'domain/reconcile/reconcile.ts';

/** The safeguards of Reconcile, which repairs what was lost. */
export const reconcile: readonly Safeguard[] = [
  {
    name: 'close-ended-executions',
    prevents: 'Reconcile ends a rollback whose execution was stopped, and tells a person.',
    patches: [{ file, before: '    ...closed.map(close),\n', after: '    ...closed.slice(0, 0).map(close),\n' }],
    story: story.own('stopped-while-a-host-is-away'),
    breaks: 'every-incident-ends',
    kinds: '"stop":',
  },
  {
    name: 'owed-endings',
    prevents:
      'The message of an ending is stored as owed, so people are told if the execution is stopped before it sends it.',
    patches: [
      {
        file: 'lambdas/operations/owe-message.ts',
        before: '  if (message) await unsent.owe(',
        after: "  if (message && id === '') await unsent.owe(",
      },
    ],
    story: story.rehearsed('stopped-before-its-ending-is-told'),
    kinds: '"stop":',
  },
  {
    name: 'ended-stays-ended',
    prevents:
      'The look at the ending before each act: an execution that is redriven after its rollback ended does nothing.',
    patches: [
      {
        file: 'lambdas/operations/check-open.ts',
        before: '  if (ended) throw rollbackOver(rollback, ended);',
        after: "  if (ended && rollback.id === '') throw rollbackOver(rollback, ended);",
      },
    ],
    story: story.rehearsed('redriven-after-reconcile-closed-it'),
  },
  {
    name: 'cancel-commands-of-ended-executions',
    prevents: 'Reconcile cancels the commands that a stopped execution left, before it ends the rollback.',
    patches: [
      {
        file: 'lambdas/operations/close-stopped.ts',
        before: '  await stopCommands(rollback.id, status);\n',
        after: '',
      },
    ],
    story: story.own('stopped-and-a-host-returns'),
    kinds: '"stop":',
  },
  {
    name: 'find-lost-alarms',
    prevents: 'Reconcile finds a red alarm whose event was lost.',
    patches: [{ file, before: '    ...lost,\n', after: '    ...lost.slice(0, 0),\n' }],
    story: story.rehearsed('alarm-lost'),
    kinds: '"lose":',
  },
  {
    name: 'superseded-hosts',
    prevents: 'A host that returns is not rolled back if its phase was deployed again meanwhile.',
    patches: [
      {
        file,
        before: '({ phase, superseded, paused, left_out }) => !superseded && !paused && !left_out && !busy(phase),',
        after: '({ phase, paused, left_out }) => !paused && !left_out && !busy(phase),',
      },
    ],
    story: story.own('deployed-again-before-a-host-returns'),
  },
  {
    name: 'left-out-hosts-wait',
    prevents: 'A host that a person left out is rolled back by a person only: Reconcile does not start it.',
    patches: [
      {
        file,
        before: '({ phase, superseded, paused, left_out }) => !superseded && !paused && !left_out && !busy(phase),',
        after: '({ phase, superseded, paused }) => !superseded && !paused && !busy(phase),',
      },
    ],
    story: story.rehearsed('hand-over-without-hosts'),
  },
  {
    name: 'alarms-given-back',
    prevents:
      'The alarms of a rollback that an outage kept from being opened are given back, so Reconcile starts another.',
    patches: [
      {
        file: 'lambdas/operations/close-rollback.ts',
        before: '  if (reopens) await',
        after: '  if (reopens && !rollback) await',
      },
    ],
    story: story.rehearsed('hosts-unlisted-for-long'),
  },
];
