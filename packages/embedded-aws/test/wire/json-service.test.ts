import { describe, expect, test } from 'vitest';
import type { ApiCall } from '../../src/cloudtrail/execution-record.ts';
import { ActionFaults } from '../../src/faults/action-faults.ts';
import { iam } from '../../src/iam/iam.ts';
import { checkedCalls } from '../../src/identity/checked-call.ts';
import { jsonService } from '../../src/wire/json-service.ts';
import type { Action, Caller } from '../../src/wire/service.ts';

const person: Caller = { arn: 'arn:aws:iam::000000000000:root' };
const reader: Caller = { arn: 'arn:aws:sts::000000000000:assumed-role/reader/reader', role: 'reader' };

type Notes = string[];
const Read: Action<Notes, { Index: number }, { Note: string | undefined }> = {
  needs: (_, { Index }) => [{ action: 'notes:Read', resource: `arn:aws:notes:::note/${Index}` }],
  run: (notes, { Index }) => ({ Note: notes[Index] }),
};
const Write: Action<Notes, { Note: string }, void> = {
  needs: () => [{ action: 'notes:Write', resource: '*' }],
  run: (notes, { Note }) => void notes.push(Note),
};

/** Makes a service of two actions. The role `reader` may read note 0. */
function notesService() {
  const roles = iam();
  const statement = { Effect: 'Allow', Action: 'notes:Read', Resource: 'arn:aws:notes:::note/0' };
  roles.createRole({
    name: 'reader',
    arn: 'arn:aws:iam::000000000000:role/reader',
    assumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    inlinePolicies: [{ name: 'read', document: { Version: '2012-10-17', Statement: [statement] } }],
    managedPolicyArns: [],
  });
  const faults = new ActionFaults(() => {}, Date.now);
  const state: Notes = ['first'];
  const calls: ApiCall[] = [];
  const service = jsonService({
    prefix: 'notes',
    jsonVersion: '1.0',
    state,
    actions: { Read, Write },
    runChecked: checkedCalls(roles, faults, (call) => calls.push(call)),
  });
  return { service, faults, state, calls };
}

describe('an action', () => {
  test('runs on the service’s state and responds in JSON', async () => {
    const { service } = notesService();
    expect(await service.respond('Read', '{"Index":0}', reader)).toEqual({ status: 200, body: '{"Note":"first"}' });
  });

  test('that returns nothing responds {}', async () => {
    const { service } = notesService();
    expect(await service.respond('Write', '{"Note":"second"}', person)).toEqual({ status: 200, body: '{}' });
  });

  test('is on the trail with its caller and its response', async () => {
    const { service, calls } = notesService();
    await service.respond('Read', '{"Index":0}', reader);
    expect(calls).toEqual([
      { action: 'notes:Read', request: { Index: 0 }, caller: reader, response: { Note: 'first' } },
    ]);
  });

  test('that is denied is on the trail too', async () => {
    const { service, calls } = notesService();
    await expect(service.respond('Write', '{"Note":"second"}', reader)).rejects.toThrow();
    expect(calls).toMatchObject([{ action: 'notes:Write', error: { code: 'AccessDeniedException' } }]);
  });

  test('takes effect although its response is lost', async () => {
    const { service, faults, state } = notesService();
    faults.add({ action: 'notes:Write', fails: 1, error: 'InternalServerError', done: true });
    await expect(service.respond('Write', '{"Note":"second"}', person)).rejects.toThrow('InternalServerError');
    expect(state).toEqual(['first', 'second']);
  });

  test('that the caller’s role does not allow is refused before it runs', async () => {
    const { service, state } = notesService();
    await expect(service.respond('Write', '{"Note":"second"}', reader)).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
    expect(state).toEqual(['first']);
  });

  test('is allowed only on the resources of the role’s policies', async () => {
    const { service } = notesService();
    await expect(service.respond('Read', '{"Index":1}', reader)).rejects.toMatchObject({
      message: expect.stringContaining('not authorized to perform: notes:Read on resource: arn:aws:notes:::note/1'),
    });
  });

  test('with an injected fault fails before it runs', async () => {
    const { service, faults, state } = notesService();
    faults.add({ action: 'notes:Write', fails: 1, error: 'ThrottlingException' });
    await expect(service.respond('Write', '{"Note":"second"}', person)).rejects.toMatchObject({
      code: 'ThrottlingException',
    });
    expect(state).toEqual(['first']);
  });

  test('that is denied leaves an injected fault to an allowed caller', async () => {
    const { service, faults } = notesService();
    faults.add({ action: 'notes:Write', fails: 1, error: 'ThrottlingException' });
    await expect(service.respond('Write', '{"Note":"x"}', reader)).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
    expect(faults.unmet()).toHaveLength(1);
  });

  test.each(['Remove', 'toString', '__proto__', ''])(
    'named "%s" is refused with the list of known actions',
    async (name) => {
      const { service } = notesService();
      await expect(service.respond(name, '{}', person)).rejects.toMatchObject({
        code: 'UnknownOperationException',
        message: `The embedded account has no notes:${name}; it has Read, Write.`,
      });
    },
  );

  test.each(['{"Index":', 'Index=0'])('whose request is not JSON (%s) is refused with AWS’s error', async (body) => {
    const { service } = notesService();
    await expect(service.respond('Read', body, person)).rejects.toMatchObject({ code: 'SerializationException' });
  });

  test('without a body receives {}', async () => {
    const { service } = notesService();
    expect(await service.respond('Read', '', person)).toEqual({ status: 200, body: '{}' });
  });
});
