import { expect, test } from 'vitest';
import { countFailures, type Failed, failedSchema } from '../../../lambdas/count-failures/count-failures.ts';

const failed = (machine: string): Failed => ({
  'detail-type': 'Step Functions Execution Status Change',
  detail: {
    executionArn: `arn:aws:states:eu-west-1:000000000000:execution:${machine}:e`,
    stateMachineArn: `arn:aws:states:eu-west-1:000000000000:stateMachine:${machine}`,
    status: 'FAILED',
  },
});

/** Returns the machines that are counted if an execution ended with this error. */
async function counted(error: string | null, machine = 'rollback-local-phase-1') {
  const machines: string[] = [];
  const count = async (name: string) => void machines.push(name);
  await countFailures({ errorOf: async () => error, prefix: 'rollback-local-', count }, failed(machine));
  return machines;
}

test.each(['NeedsAPerson', 'NotPlanned', 'NothingSeen', 'FailedUnexpectedly', 'States.Runtime', null])(
  'an execution that failed with %s is counted under its machine',
  async (error) => {
    expect(await counted(error)).toEqual(['phase-1']);
  },
);

test.each(['InvalidInput', 'AnswerRefused', 'ReleaseRefused', 'AnnotationRefused', 'ReviewRefused', 'BrakesRefused'])(
  'an execution that failed with %s is not counted, because it refused what a person asked for',
  async (error) => {
    expect(await counted(error)).toEqual([]);
  },
);

test('a deployment despite a freeze is not counted, because it has an alarm of its own', async () => {
  expect(await counted('DeployedDespiteFreeze', 'rollback-local-record-deployment')).toEqual([]);
});

test.each(['SUCCEEDED', 'ABORTED', 'TIMED_OUT', 'RUNNING'])(
  'an event of an execution that is %s is refused',
  (status) => {
    const { detail, ...event } = failed('rollback-local-decide');
    expect(failedSchema.safeParse({ ...event, detail: { ...detail, status } }).success).toBe(false);
  },
);
