import { expect, test } from 'vitest';
import { person, script, smallFleet } from '../small-fleet.ts';

async function prepared() {
  const { account } = await smallFleet();
  const content = {
    ...script('true'),
    description: 'Restores the code.',
    parameters: { tag: { type: 'String', default: 'v1' } },
  };
  const document = account.createDocument({ name: 'restore-code', content, documentType: 'Command', tags: { a: 'b' } });
  return { account, content, document };
}

test('DescribeDocument returns the version and the hash to pin a document by', async () => {
  const { account, document } = await prepared();
  expect(await account.actions.DescribeDocument.run(account.state, { Name: 'restore-code' }, person)).toMatchObject({
    Document: {
      Name: 'restore-code',
      Hash: document.hash,
      HashType: 'Sha256',
      DocumentVersion: '1',
      Status: 'Active',
      Description: 'Restores the code.',
      Parameters: [{ Name: 'tag', Type: 'String', DefaultValue: 'v1' }],
      Tags: [{ Key: 'a', Value: 'b' }],
    },
  });
});

test('GetDocument returns the content as it was created', async () => {
  const { account, content } = await prepared();
  const response = await account.actions.GetDocument.run(account.state, { Name: 'restore-code' }, person);
  expect(response.Content).toBe(JSON.stringify(content));
});

test.each([
  [{ Name: 'other' }, 'InvalidDocument'],
  [{ Name: 'restore-code', DocumentVersion: '2' }, 'InvalidDocumentVersion'],
])('DescribeDocument and GetDocument refuse %o', async (request, code) => {
  const { account } = await prepared();
  const { DescribeDocument, GetDocument } = account.actions;
  await expect(async () => DescribeDocument.run(account.state, request, person)).rejects.toMatchObject({ code });
  await expect(async () => GetDocument.run(account.state, request, person)).rejects.toMatchObject({ code });
});

test('DescribeDocument and GetDocument need permission on the document, by name or ARN', async () => {
  const { account, document } = await prepared();
  const { DescribeDocument, GetDocument } = account.actions;
  const keys = { 'ssm:resourceTag/a': 'b', 'aws:ResourceTag/a': 'b' };
  for (const Name of ['restore-code', document.arn]) {
    expect(DescribeDocument.needs(account.state, { Name })).toEqual([
      { action: 'ssm:DescribeDocument', resource: document.arn, keys },
    ]);
    expect(GetDocument.needs(account.state, { Name })).toEqual([
      { action: 'ssm:GetDocument', resource: document.arn, keys },
    ]);
  }
});

test('a document cannot be created twice', async () => {
  const { account } = await prepared();
  const again = () =>
    account.createDocument({ name: 'restore-code', content: script('true'), documentType: 'Command' });
  expect(again).toThrow(expect.objectContaining({ code: 'DocumentAlreadyExists' }));
});
