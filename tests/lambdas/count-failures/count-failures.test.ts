import { expect, test } from 'vitest';
import { countFailures, type Failed, failedSchema } from '../../../lambdas/count-failures/count-failures.ts';

const ended = (machine: string, status: Failed['detail']['status']): Failed => ({
  'detail-type': 'Step Functions Execution Status Change',
  detail: {
    executionArn: `arn:aws:states:eu-west-1:000000000000:execution:${machine}:e`,
    stateMachineArn: `arn:aws:states:eu-west-1:000000000000:stateMachine:${machine}`,
    status,
  },
});

/** Returns the machines that are counted if an execution ended with this error. */
async function counted(error: string | null, machine = 'rollback-local-phase-1') {
  const machines: string[] = [];
  const count = async (name: string) => void machines.push(name);
  const inputOf = async () => ({});
  const prefix = 'rollback-local-';
  await countFailures({ errorOf: async () => error, inputOf, prefix, count }, ended(machine, 'FAILED'));
  return machines;
}

const noLongerThere = () => Promise.reject(Object.assign(new Error('x'), { name: 'ExecutionDoesNotExist' }));
const throttled = () => Promise.reject(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));

/** Returns what is counted if an execution with this input was stopped. */
async function countedStop(inputOf: () => Promise<Readonly<Record<string, unknown>>>) {
  const stopped: string[] = [];
  const count = async (name: string, what: string) => void stopped.push(`${name} ${what}`);
  const errorOf = async () => null;
  const event = ended('rollback-local-phase-1', 'ABORTED');
  await countFailures({ errorOf, inputOf, prefix: 'rollback-local-', count }, event);
  return stopped;
}

test('a stopped rollback is counted, and so is an execution that is gone', async () => {
  expect(await countedStop(async () => ({}))).toEqual(['phase-1 aborted']);
  expect(await countedStop(noLongerThere)).toEqual(['phase-1 aborted']);
});

test('a stopped drill is not counted, because it must not page as a rollback', async () => {
  expect(await countedStop(async () => ({ mode: 'simulate', trigger: 'data_corruption' }))).toEqual([]);
});

test('a stop whose input cannot be read now is tried again', async () => {
  await expect(countedStop(throttled)).rejects.toThrow('slow down');
});

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

test.each(['SUCCEEDED', 'TIMED_OUT', 'RUNNING'])('an event of an execution that is %s is refused', (status) => {
  const { detail, ...event } = ended('rollback-local-decide', 'FAILED');
  expect(failedSchema.safeParse({ ...event, detail: { ...detail, status } }).success).toBe(false);
});
