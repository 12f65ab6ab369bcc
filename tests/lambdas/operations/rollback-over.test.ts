import { beforeEach, describe, expect, test } from 'vitest';
import { RollbackOver } from '../../../domain/errors.ts';
import { askAPerson } from '../../../lambdas/ask-a-person/ask-a-person.ts';
import { confirmRecovery } from '../../../lambdas/confirm-recovery/confirm-recovery.ts';
import { flipFlag } from '../../../lambdas/flip-flag/flip-flag.ts';
import { closeRollback } from '../../../lambdas/operations/close-rollback.ts';
import { runOnHosts } from '../../../lambdas/operations/run-on-hosts.ts';
import { sendMessage } from '../../../lambdas/operations/send-message.ts';
import { readTheDecision } from '../../../lambdas/read-the-decision/read-the-decision.ts';
import { letOthersAct } from '../../../lambdas/take-the-fleet/let-others-act.ts';
import { takeTheFleet } from '../../../lambdas/take-the-fleet/take-the-fleet.ts';
import { clearCache as command, openedRollback, rollback } from '../opened-rollback.ts';

const endedAt = '2026-03-02T09:05:00.000Z';
let opened: Awaited<ReturnType<typeof openedRollback>>;
let published: number;
let overridden: number;
beforeEach(async () => {
  opened = await openedRollback(2);
  [published, overridden] = [0, 0];
});

/** Every function that acts or reports, as the state of a redriven execution calls it. */
const functions = () => {
  const { fence } = opened;
  const deps = {
    ...opened.deps,
    environment: 'test',
    alarms: { notOk: async () => [] },
    contacts: {},
    previousRollback: async () => null,
    publish: async () => {
      published += 1;
      return 'm-1';
    },
    recoveryMetrics: async () => ({ metric: 'at baseline' as const, red: [] }),
    openRollbacks: async () => ({ others: [], acted: [] }),
    probes: { in_a_row: 1, every_seconds: 1, give_up_seconds: 10 },
    flags: {
      override: async () => {
        overridden += 1;
        return { version: 1, changed: true, before: {} };
      },
    },
  };
  const message = (name: string) =>
    sendMessage(deps, { rollback, message: { name, template: 'SUBJECT: x\n\nx' }, values: {} });
  const checked = { steps: [], target_version: 'v1', version: command, health: null, own_checks: [] };
  const minutes = () => 300_000;
  const policy = { rollback_safe: true, approvers: 1, steps: [], triggers: {} };
  return {
    'a step': () => runOnHosts(deps, { rollback, fence, command }, minutes),
    'a flip of flags': () => flipFlag(deps, { rollback, fence, command, flags: { a: true } }, minutes),
    'Confirm recovery': () => confirmRecovery(deps as never, { rollback, fence, ...checked }, minutes),
    'Take the fleet': () => takeTheFleet(deps, { rollback, again: false }),
    'Let others act': () => letOthersAct(deps, { rollback, fence }),
    'Ask a person': () =>
      askAPerson(deps, {
        rollback,
        question: { number: 1 },
        token: 't',
        templates: { question: 'x', hand_over: 'x' },
        runbooks: [],
      }),
    'Read the decision': () => readTheDecision(deps, { rollback, question: { number: 1 }, policy }),
    'a good ending': () => closeRollback(deps, { rollback, fence, ending: 'Rolled back', problem: null }),
    'the initial alert': () => message('initial-alert'),
    'the message of a good ending': () => message('rollback-complete'),
  };
};

/** Ends the rollback as Reconcile does. */
const end = () =>
  closeRollback(
    { ...opened.deps, now: () => Date.parse(endedAt) },
    { rollback, fence: 0, ending: 'Needs a person', problem: 'stopped' },
  );

describe('after its rollback ended "Needs a person", a redriven execution', () => {
  test.each<keyof ReturnType<typeof functions>>([
    'a step',
    'a flip of flags',
    'Confirm recovery',
    'Take the fleet',
    'Let others act',
    'Ask a person',
    'Read the decision',
    'a good ending',
    'the message of a good ending',
  ])('is refused at %s, and nothing happens', async (name) => {
    await opened.deps.locks.touch('trading', 'r-1', opened.fence);
    await end();
    const before = [await opened.events(), await opened.deps.locks.queue('trading')];
    await expect(functions()[name]()).rejects.toThrow(RollbackOver);
    expect([await opened.events(), await opened.deps.locks.queue('trading')]).toEqual(before);
    expect([opened.hosts.sent.length, overridden, published]).toEqual([0, 0, 0]);
  });

  test('sends no initial alert, and that is no error: nobody waits for it', async () => {
    await end();
    const before = await opened.events();
    await expect(functions()['the initial alert']()).resolves.toMatchObject({ message: 'initial-alert' });
    expect([await opened.events(), published]).toEqual([before, 0]);
  });

  test('is told in one sentence what ended when, and how to start a fresh rollback', async () => {
    await end();
    await expect(functions()['a step']()).rejects.toThrow(
      `Rollback r-1 ended "Needs a person" at ${endedAt}, so its execution is not resumed and did nothing; to roll phase 1 back, start a fresh one: npm run rollback -- start --phase 1 --operator "YOUR NAME"`,
    );
  });

  test('takes no fleet that has become free', async () => {
    await end(); // no host was touched, so the fleet is free
    await expect(functions()['Take the fleet']()).rejects.toThrow(RollbackOver);
    expect(await opened.deps.locks.holder('trading')).toBeUndefined();
  });
});

test('a rollback that stood down while it waited stands down again if its state is repeated', async () => {
  await opened.deps.endings.reach('r-1', { ending: 'Stood down', problem: null, at: endedAt });
  await expect(functions()['Take the fleet']()).rejects.toMatchObject({ name: 'NotNeeded' });
});

test('an open rollback goes on', async () => {
  expect(await functions()['a step']()).toMatchObject({ hosts_done: 2, hosts: 2 });
});
