import { expect, test } from 'vitest';
import { sendHalts } from '../../../lambdas/halt-the-hosts/send-halts.ts';

const startTime = '2026-03-02T10:00:00Z';
const invocation = (parameters: object) =>
  ({
    execution: { id: 'arn:h-1', name: 'h-1', start_time: startTime, input: { operator: 'ana', reason: 'x' } },
    command: { parameters },
    documents: [],
  }) as unknown as Parameters<typeof sendHalts>[1];

test('a halt without a script is refused and leaves no failed halt behind: no repetition could ever end that', async () => {
  const halt = sendHalts({} as Parameters<typeof sendHalts>[0], invocation({}));
  await expect(halt).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringMatching(
      /names no script that halts trading .* Nothing was halted: call the exchange or the broker/,
    ),
  });
});

test('while Systems Manager does not respond, one call ends within seconds, and the halt is called off after 25', async () => {
  const start = Date.parse(startTime);
  let now = start + 1000;
  const deps = {
    managedInstances: {
      hosts: async () => {
        now += 300;
        throw new Error('no response');
      },
    },
    tag: { key: 'fleet', value: 'a' },
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
  } as unknown as Parameters<typeof sendHalts>[0];
  await expect(sendHalts(deps, invocation({ Script: 'halt.py' }))).rejects.toMatchObject({ name: 'HaltUnsent' });
  expect(now - start).toBeLessThan(6500);
  now = start + 24_500;
  await expect(sendHalts(deps, invocation({ Script: 'halt.py' }))).rejects.toMatchObject({ name: 'HaltFailed' });
});
