import { expect, test } from 'vitest';
import { sendHalts } from '../../../lambdas/halt-the-hosts/send-halts.ts';

test('a halt without a script is refused and leaves no failed halt behind: no repetition could ever end that', async () => {
  const invocation = {
    execution: {
      id: 'arn:h-1',
      name: 'h-1',
      start_time: '2026-03-02T10:00:00Z',
      input: { operator: 'ana', reason: 'x' },
    },
    command: { parameters: {} },
  } as unknown as Parameters<typeof sendHalts>[1];
  const halt = sendHalts({} as Parameters<typeof sendHalts>[0], invocation);
  await expect(halt).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringMatching(
      /names no script that halts trading .* Nothing was halted: call the exchange or the broker/,
    ),
  });
});
