import type { SFNClient } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { plannedStepsOn } from '../../../lambdas/clients/planned-steps.ts';

const step = { id: 'stop', name: 'Stop ingestion' };
const definition = JSON.stringify({ States: { [step.name]: { Arguments: { Payload: { step } } } } });

test('the steps of an execution are read once, and those of the oldest again after those of twenty others', async () => {
  const asked: string[] = [];
  const send = async ({ input }: { input: { executionArn: string } }) => {
    asked.push(input.executionArn);
    return { definition };
  };
  const read = plannedStepsOn({ send } as unknown as SFNClient);
  expect([await read('first'), await read('first')]).toEqual([[step], [step]]);
  expect(asked).toEqual(['first']);
  for (let i = 0; i < 20; i += 1) await read(`other-${i}`);
  await read('other-0');
  expect(asked).toHaveLength(21);
  await read('first');
  expect(asked).toHaveLength(22);
});
