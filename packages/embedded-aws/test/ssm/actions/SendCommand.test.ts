import type { SendCommandRequest } from '@aws-sdk/client-ssm';
import { describe, expect, test } from 'vitest';
import type { Ssm } from '../../../src/ssm/ssm.ts';
import { HOST_1, HOST_2, HOST_3, invocation, person, START, script, send, smallFleet } from '../small-fleet.ts';

const ALL = [HOST_1, HOST_2, HOST_3];

async function prepared() {
  const fleet = await smallFleet();
  const document = fleet.account.createDocument({
    name: 'restore-code',
    documentType: 'Command',
    tags: { product: 'rollback' },
    content: { ...script('echo {{ tag }}'), parameters: { tag: { type: 'String', allowedPattern: '^[a-z0-9.]+$' } } },
  });
  const call = (request: Partial<SendCommandRequest>) => sendTo(fleet.account, request);
  return { ...fleet, document, call };
}

/** Sends a command; a refusal too becomes a rejected promise. */
const sendTo = async (account: Ssm, request: object) =>
  account.actions.SendCommand.run(
    account.state,
    { DocumentName: 'restore-code', InstanceIds: [HOST_1], Parameters: { tag: ['v1'] }, ...request },
    person,
  );

describe('SendCommand', () => {
  test('returns the command', async () => {
    const { call } = await prepared();
    const { Command } = await call({ Comment: 'r-1#restore-code#1', TimeoutSeconds: 60 });
    expect(Command).toMatchObject({
      DocumentName: 'restore-code',
      DocumentVersion: '$DEFAULT',
      Comment: 'r-1#restore-code#1',
      Status: 'Pending',
      InstanceIds: [HOST_1],
      Parameters: { tag: ['v1'] },
      RequestedDateTime: START / 1000,
      ExpiresAfter: START / 1000 + 60 + 60,
      TargetCount: 1,
      MaxConcurrency: '50',
      MaxErrors: '0',
    });
  });

  test('gives a command an id in the form of AWS, the same id for the same seed', async () => {
    const [one, other] = [await prepared(), await prepared()];
    const id = (await one.call({})).Command?.CommandId;
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect((await other.call({})).Command?.CommandId).toBe(id);
    expect((await one.call({})).Command?.CommandId).not.toBe(id);
  });

  test('writes a parameter without ENV_VAR into the script', async () => {
    const { account, clock, call } = await prepared();
    const { Command } = await call({ Parameters: { tag: ['v2.1'] } });
    await clock.run(START + 10_000);
    expect((await invocation(account, String(Command?.CommandId))).StandardOutputContent).toBe('v2.1\n');
  });

  test('needs permission on a hybrid node by its ARN in Systems Manager, under its tags', async () => {
    const { account } = await smallFleet();
    const host = account.state.hosts.get(HOST_1);
    const id = 'mi-00000000000000001';
    if (host) account.state.hosts.set(id, { ...host, instanceId: id });
    expect(account.actions.SendCommand.needs(account.state, { DocumentName: 'd', InstanceIds: [id] })[1]).toMatchObject(
      {
        resource: `arn:aws:ssm:eu-west-1:000000000000:managed-instance/${id}`,
        keys: { 'ssm:resourceTag/fleet': 'trading' },
      },
    );
  });

  test('needs permission on the document and on each host, under their tags', async () => {
    const { account } = await prepared();
    const request = { DocumentName: 'restore-code', InstanceIds: [HOST_1, 'i-99999999'] };
    expect(account.actions.SendCommand.needs(account.state, request)).toEqual([
      {
        action: 'ssm:SendCommand',
        resource: 'arn:aws:ssm:eu-west-1:000000000000:document/restore-code',
        keys: { 'ssm:resourceTag/product': 'rollback', 'aws:ResourceTag/product': 'rollback' },
      },
      {
        action: 'ssm:SendCommand',
        resource: `arn:aws:ec2:eu-west-1:000000000000:instance/${HOST_1}`,
        keys: {
          'ssm:resourceTag/fleet': 'trading',
          'aws:ResourceTag/fleet': 'trading',
          'ssm:resourceTag/rack': 'r1',
          'aws:ResourceTag/rack': 'r1',
        },
      },
      { action: 'ssm:SendCommand', resource: 'arn:aws:ec2:eu-west-1:000000000000:instance/i-99999999', keys: {} },
    ]);
  });

  test('accepts the version and the hash of the document', async () => {
    const { call, document } = await prepared();
    await call({ DocumentVersion: '1', DocumentHash: document.hash, DocumentHashType: 'Sha256' });
  });

  const ids = (count: number) => Array.from({ length: count }, (_, index) => `i-${10_000_000 + index}`);
  test.each<[string, object, string, string]>([
    ['a document that does not exist', { DocumentName: 'x-y-z' }, 'InvalidDocument', 'x-y-z does not exist'],
    ['a version that does not exist', { DocumentVersion: '2' }, 'InvalidDocumentVersion', 'has no version 2'],
    ['another hash', { DocumentHash: 'abc' }, 'InvalidDocument', 'document hash abc does not match Sha256.'],
    [
      'an unknown host',
      { InstanceIds: [HOST_1, 'i-9'] },
      'InvalidInstanceId',
      'Instances [[i-9]] not in a valid state',
    ],
    ['a host named twice', { InstanceIds: [HOST_1, HOST_1] }, 'DuplicateInstanceId', 'names an instance twice'],
    ['51 hosts', { InstanceIds: ids(51) }, 'ValidationException', 'less than or equal to 50'],
    ['no host', { InstanceIds: [] }, 'ValidationException', "at 'instanceIds'"],
    ['a delivery timeout of 29 s', { TimeoutSeconds: 29 }, 'ValidationException', 'greater than or equal to 30'],
    ['a delivery timeout over 30 days', { TimeoutSeconds: 2_592_001 }, 'ValidationException', "at 'timeoutSeconds'"],
    ['a comment of 101 characters', { Comment: 'c'.repeat(101) }, 'ValidationException', "at 'comment'"],
    ['MaxConcurrency 0', { MaxConcurrency: '0' }, 'ValidationException', "at 'maxConcurrency'"],
    ['MaxErrors 101%', { MaxErrors: '101%' }, 'ValidationException', "at 'maxErrors'"],
    ['a parameter outside its pattern', { Parameters: { tag: ['$(id)'] } }, 'InvalidParameters', 'cannot take "$(id)"'],
    ['an unknown parameter', { Parameters: { tag: ['v1'], x: ['y'] } }, 'InvalidParameters', 'has no parameter x'],
    ['Targets', { Targets: [{ Key: 'tag:fleet' }] }, 'NotSupportedByEmbeddedAccount', 'SendCommand: Targets is not'],
  ])('refuses %s, and sends nothing', async (_, request, code, message) => {
    const { account, call, happenings } = await prepared();
    await expect(call(request)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(account.state.commands.size).toBe(0);
    expect(happenings).toEqual([]);
  });

  test('runs on at most MaxConcurrency hosts at once', async () => {
    const { account, clock, happenings } = await smallFleet();
    await send(account, ['true'], { InstanceIds: ALL, MaxConcurrency: '1' });
    await clock.run(START + 30_000);
    expect(happenings.map(({ event, name }) => `${event} ${name ?? ''}`.trim())).toEqual([
      'CommandSent',
      'InvocationStarted host-1',
      'InvocationEnded host-1',
      'InvocationStarted host-2',
      'InvocationEnded host-2',
      'InvocationStarted host-3',
      'InvocationEnded host-3',
    ]);
  });

  test('starts on no further host after MaxErrors is exceeded', async () => {
    const { account, clock, happenings } = await smallFleet();
    await send(account, ['exit 1'], { InstanceIds: ALL, MaxConcurrency: '1', MaxErrors: '1' });
    await clock.run(START + 30_000);
    const ended = happenings.filter(({ event }) => event === 'InvocationEnded');
    expect(ended.map(({ name, details }) => `${name} ${details}`)).toEqual([
      'host-1 Failed',
      'host-2 Failed',
      'host-3 Terminated',
    ]);
  });

  test('reports the sending, the start and the end, with the script’s output', async () => {
    const { account, clock, happenings } = await smallFleet();
    const id = await send(account, ['echo "$HOME" | wc -l; exit 2'], { Comment: 'r-1#step#1' });
    await clock.run(START + 10_000);
    const common = { service: 'ssm', command: id, document: 'step-1', comment: 'r-1#step#1' };
    expect(happenings).toMatchObject([
      { ...common, event: 'CommandSent', instances: [HOST_1], names: ['host-1'], at: START },
      { ...common, event: 'InvocationStarted', instance: HOST_1, name: 'host-1', status: 'InProgress' },
      { ...common, event: 'InvocationEnded', instance: HOST_1, status: 'Failed', responseCode: 2, output: '1\n' },
    ]);
  });
});
