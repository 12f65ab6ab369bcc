import { type Safeguard, story } from './safeguard.ts';

const absent = "ConditionExpression: 'attribute_not_exists(pk)'";
const always = "ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(pk)'";

/** The safeguards of the history, of the messages, and of the alarms that are handled once. */
export const history: readonly Safeguard[] = [
  {
    name: 'event-put-if-absent',
    prevents: 'Put-if-absent of an event: of two writers of event 7 the second one writes event 8.',
    patches: [
      {
        file: 'lambdas/stores/history.ts',
        before: absent,
        after: always,
      },
    ],
    story: story.own('two-write-one-event'),
    breaks: 'history-verifies',
  },
  {
    name: 'history-buffer',
    prevents: 'The buffer: a history that refuses writes does not stop a rollback.',
    patches: [
      {
        file: 'lambdas/stores/buffered-history.ts',
        before: '      if (error instanceof NeverOpened && (await waiting(rollback)).length === 0) throw error;',
        after: '      if (error) throw error;',
      },
    ],
    story: story.rehearsed('history-refuses-writes'),
    kinds: '"dynamodb:(TransactWriteItems|BatchWriteItem|Query)","resource":"-history"',
  },
  {
    name: 'late-history',
    prevents: 'Reconcile writes late history of rollbacks that have ended.',
    patches: [
      {
        file: 'lambdas/reconcile/write-late-history.ts',
        before: 'of await historyBuffer.rollbacks())',
        after: 'of (await historyBuffer.rollbacks()).slice(0, 0))',
      },
    ],
    story: story.own('the-history-refuses-writes-to-the-end'),
    breaks: 'nothing-left-behind',
    kinds: '"dynamodb:(TransactWriteItems|BatchWriteItem|Query)","resource":"-history"',
  },
  {
    name: 'sealed-again',
    prevents: 'A second seal: an event that comes after the end of a rollback is sealed too.',
    patches: [
      {
        file: 'lambdas/stores/seal.ts',
        before: "before.some(({ type }) => type === 'Sealed') ? sealAt(at)(before) : undefined,",
        after: "before.some(({ type }) => type === 'Sealed') ? undefined : undefined,",
      },
    ],
    story: story.rehearsed('alarm-delivered-three-times'),
    breaks: 'history-verifies',
  },
  {
    name: 'unsent-messages',
    prevents: 'Unsent messages are kept, and Reconcile sends them when SNS accepts them again.',
    patches: [
      {
        file: 'lambdas/operations/send-message.ts',
        before: '    await unsent.keep({ ...message, template, values }).catch(() => {});\n',
        after: '',
      },
    ],
    // The message of an ending is owed before it is sent (owe-message.ts), so only another one, such as a question, shows it.
    story: story.own('the-question-is-not-sent'),
    kinds: '"sns:Publish"',
  },
  {
    name: 'limit-missed',
    prevents: 'The report of a missed limit, at the end of a rollback.',
    patches: [
      {
        file: 'lambdas/operations/limit-missed.ts',
        before: '  if (limit_missed || deadline === null || at < deadline) return;',
        after: '  if (limit_missed || deadline === null || at >= deadline || at < deadline) return;',
      },
    ],
    story: story.own('nobody-gives-a-permit'),
    breaks: 'missed-limits-are-reported',
  },
  {
    name: 'alarm-handled-once',
    prevents: "The claim on an alarm's change of state: an event that is delivered twice starts one rollback.",
    patches: [
      {
        file: 'lambdas/stores/claims.ts',
        before:
          "    if (await putIf(db, { TableName: table, Item: { ...by, ...key }, ConditionExpression: 'attribute_not_exists(pk)' }))\n",
        after: '    if (await db.send(new PutCommand({ TableName: table, Item: { ...by, ...key } })))\n',
      },
    ],
    story: story.rehearsed('alarm-delivered-three-times'),
    kinds: '"duplicate":',
  },
  {
    name: 'stale-event',
    prevents: "An event's age: a late event of an alarm that is green again undoes nothing.",
    patches: [
      {
        file: 'lambdas/open-rollback/admission.ts',
        before: '    if (await isStale(deps, cause.alarm)) return ',
        after: '    if ((await isStale(deps, cause.alarm)) && !cause.alarm) return ',
      },
    ],
    story: story.rehearsed('alarm-late'),
    kinds: '"delay":"(3[0-9][0-9]|400)s"',
  },
  {
    name: 'join-only-what-acts',
    prevents: 'The rule of joining: an alarm does not join a rollback that is about to end.',
    patches: [
      {
        file: 'domain/decision/joinable.ts',
        before: 'if (ending !== null || restored_to !== null || decided === null) return false;',
        after: 'if (ending !== undefined || restored_to !== null || decided === null) return true;',
      },
    ],
    story: story.own('a-start-as-the-rollback-ends'),
  },
];
