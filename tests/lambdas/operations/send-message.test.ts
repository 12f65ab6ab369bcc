import { beforeEach, describe, expect, test } from 'vitest';
import { firstBreak } from '../../../domain/history/event.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { linksOf } from '../../../domain/tables.ts';
import type { Publish } from '../../../lambdas/clients/publish.ts';
import { closeRollback } from '../../../lambdas/operations/close-rollback.ts';
import { type SendRequest, sendMessage } from '../../../lambdas/operations/send-message.ts';
import { openedRollback, rollback } from '../opened-rollback.ts';

let opened: Awaited<ReturnType<typeof openedRollback>>;
let published: { subject: string; body: string; attributes: Parameters<Publish>[2] }[];
let down: Error | undefined;
beforeEach(async () => {
  opened = await openedRollback(3);
  published = [];
  down = undefined;
});

const publish: Publish = async (subject, body, attributes) => {
  if (down) throw down;
  published.push({ subject, body, attributes });
  return `m-${published.length}`;
};
const now = () => Date.parse('2026-03-02T09:00:05.000Z');
const alert = {
  name: 'initial-alert',
  template: 'SUBJECT: Phase [phase]\nAUDIENCE: QA, Support\n\nSince [detected_at]: [problem]',
};
const send = (more: Partial<SendRequest> = {}, history = opened.deps.history) =>
  sendMessage(
    { ...opened.deps, history, publish, now },
    { rollback, message: alert, values: { phase: 1, problem: null }, ...more },
  );
const last = async () => (await opened.events()).at(-1);

test('a message is filled from the record and sent with attributes for filters', async () => {
  expect(await send()).toMatchObject({ message: 'initial-alert' });
  expect(published).toEqual([
    {
      subject: 'Phase 1',
      body: 'Since 2026-03-02T09:00:00.000Z: unknown',
      attributes: {
        message: 'initial-alert',
        phase: '1',
        severity: 'HIGH',
        rollback: 'r-1',
        audience: ['QA', 'Support'],
      },
    },
  ]);
});

test('a message links to the runbook where the environment says that people read it', async () => {
  const runbook = 'https://wiki.example.com/runbook.md';
  const request = { rollback, message: { ...alert, template: 'SUBJECT: x\nAUDIENCE: QA\n\n[reference]' }, values: {} };
  await sendMessage({ ...opened.deps, publish, now, runbook }, request);
  expect(published[0]?.body).toContain('Runbook: https://wiki.example.com/runbook.md');
});

test('a message of a rollback whose history cannot be read still leads to its execution and the next command', async () => {
  const execution = 'arn:aws:states:eu-west-1:111122223333:execution:rollback-production-phase-1:r-1';
  const history = { ...opened.deps.history, events: () => Promise.reject(new Error('down')) };
  const message = { ...alert, template: 'SUBJECT: x\nAUDIENCE: QA\n\n[reference]' };
  await send({ message, values: { phase: 1, execution } }, history);
  expect(published[0]?.body).toContain(`details/${execution}`);
  expect(published[0]?.body).toContain('npm run rollback -- show r-1 --environment production');
});

test('a sent message is in the history', async () => {
  const { chain } = await send();
  expect(await last()).toMatchObject({
    type: 'Message sent',
    hash: chain.head,
    detail: { message: 'initial-alert', subject: 'Phase 1', message_id: 'm-1' },
  });
});

test('the history has the text of a message as it was published', async () => {
  await send();
  const [sent] = published;
  expect(sent?.body).toContain('2026-03-02T09:00:00.000Z');
  expect((await last())?.detail['body']).toBe(sent?.body);
});

test('a message is sent once; another message is sent too', async () => {
  await send();
  await send();
  await send({ message: { ...alert, name: 'rollback-complete' } });
  expect(published.map(({ attributes }) => attributes['message'])).toEqual(['initial-alert', 'rollback-complete']);
});

describe('while SNS is down', () => {
  beforeEach(() => {
    down = Object.assign(new Error('Service Unavailable'), { name: 'InternalErrorException' });
  });

  const unsent = 'The message initial-alert was not sent: Service Unavailable. Nobody has received it.';

  test('the function fails, for its alarm; the history has what was not sent, and why', async () => {
    await expect(send()).rejects.toThrow(unsent);
    expect(await last()).toMatchObject({
      type: 'Message not sent',
      detail: { message: 'initial-alert', error: 'InternalErrorException', why: 'Service Unavailable' },
    });
  });

  test('an unsent message is counted; a sent one is not', async () => {
    await expect(send()).rejects.toThrow(unsent);
    expect(opened.deps.unsentCount()).toBe(1);
    down = undefined;
    await send();
    expect(opened.deps.unsentCount()).toBe(1);
  });

  test('the history is written even if CloudWatch refuses the count', async () => {
    const countUnsent = async () => Promise.reject(new Error('CloudWatch is down'));
    const deps = { ...opened.deps, publish, now, countUnsent };
    await expect(sendMessage(deps, { rollback, message: alert, values: {} })).rejects.toThrow(unsent);
    expect(await last()).toMatchObject({ type: 'Message not sent' });
  });

  test('the message is kept to be sent', async () => {
    await expect(send()).rejects.toThrow(unsent);
    expect(await opened.deps.unsent.all()).toMatchObject([
      { rollback: 'r-1', message: 'initial-alert', template: alert.template },
    ]);
    down = undefined;
    await send();
    expect(await opened.deps.unsent.all()).toEqual([]);
  });

  test('a repeat sends the message again, and the record then has it as sent', async () => {
    await expect(send()).rejects.toThrow(unsent);
    down = undefined;
    await send();
    expect(recordOf(await opened.events()).messages).toMatchObject([{ message: 'initial-alert', sent: true }]);
  });
});

describe('a history that is down stops no message', () => {
  const fail = async () => {
    throw new Error('no table');
  };

  test('if it cannot be read, the values are those of the machine', async () => {
    const values = { phase: 1, problem: 'state table unreadable' };
    await send({ values }, { ...opened.deps.history, events: fail });
    expect(published).toMatchObject([{ subject: 'Phase 1', body: 'Since unknown: state table unreadable' }]);
  });

  test('if it cannot be written', async () => {
    await send({}, { ...opened.deps.history, append: fail });
    expect(published).toHaveLength(1);
  });
});

test("the message has the machine's problem if the record has none: its closing failed too", async () => {
  await send({ values: { phase: 1, problem: 'disk full' } });
  expect(published[0]?.body).toContain('disk full');
});

test('a drill that could not be ended is told with the ending and the reason of its machine', async () => {
  const template = 'SUBJECT: DRILL: [ending]\nAUDIENCE: QA\n\n[ending]: [drill_reason]';
  const values = { ending: 'Drill failed', drill_reason: 'Hold the drill: out of memory' };
  await send({ message: { name: 'drill-result', template }, values });
  expect(published).toMatchObject([
    { subject: 'DRILL: Drill failed', body: 'Drill failed: Hold the drill: out of memory' },
  ]);
});

test('behind a seal, the history is sealed again', async () => {
  const closing = { rollback, fence: opened.fence, ending: 'Rolled back', problem: null } as const;
  await closeRollback({ ...opened.deps, now }, closing);
  const { chain } = await send({ message: { name: 'rollback-complete', template: 'SUBJECT: Done\n\nDone.' } });
  const events = await opened.events();
  expect(events.slice(-3).map(({ type }) => type)).toEqual(['Sealed', 'Message sent', 'Sealed']);
  expect(events.at(-1)).toMatchObject({
    hash: chain.head,
    detail: { count: 4, head: events[3]?.hash, ending: 'Rolled back' },
  });
  expect(firstBreak(events)).toBeUndefined();
});

test('a repeat after a call that died behind its event and seal sends nothing, and adds the link of the seal', async () => {
  const closing = { rollback, fence: opened.fence, ending: 'Rolled back', problem: null } as const;
  await closeRollback({ ...opened.deps, now }, closing);
  const complete = { message: { name: 'rollback-complete', template: 'SUBJECT: Done\n\nDone.' } };
  let dies = true;
  const linked: (string | undefined)[] = [];
  opened.tables.failing((_, request) => {
    const { Item } = request as Written;
    if (!Item?.['pk']?.S?.startsWith(linksOf(''))) return undefined;
    if (dies) return 'InternalServerError';
    linked.push(Item['head']?.S);
    return undefined;
  });
  await send(complete);
  dies = false;
  await send(complete);
  const seal = await last();
  expect([seal?.type, linked, published.length]).toEqual(['Sealed', [seal?.hash], 1]);
});
type Written = { readonly Item?: Readonly<Record<string, { readonly S?: string } | undefined>> };
