import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createStacks } from '../../src/template/create-stacks.ts';
import type { ResourceMaker } from '../../src/template/resource.ts';
import { template } from '../../src/template/template.ts';

const folder = mkdtempSync(join(tmpdir(), 'nested-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const echo: ResourceMaker = ({ logicalId }) => ({ ref: `${logicalId}-name`, attributes: { Arn: `arn:${logicalId}` } });
const thing = (Value: unknown) => ({ Type: 'Test::Thing', Properties: { Value } });

/** Creates a stack with a nested stack whose template is an asset. */
function create(nested: object, { Parameters = {}, after = {} }: { Parameters?: object; after?: object } = {}) {
  const file = join(folder, 'nested.template.json');
  writeFileSync(file, JSON.stringify(nested));
  const Nested = {
    Type: 'AWS::CloudFormation::Stack',
    Properties: { TemplateURL: 'https://s3.eu-west-1.amazonaws.com/assets/abc.json', Parameters },
  };
  const document = template.parse({ Resources: { Nested, Outer: thing(1), ...after } });
  const stack = { name: 'app', environment: 'aws://000000000000/eu-west-1', template: document };
  const assembly = { stacks: [stack], assets: new Map([['abc.json', file]]) };
  return createStacks(assembly, { 'Test::Thing': echo }, { region: 'eu-west-1', accountId: '000000000000' });
}

const valueIn = ({ resources }: Awaited<ReturnType<typeof create>>, wanted: string) =>
  resources.find(({ logicalId }) => logicalId === wanted)?.properties['Value'];

test('the resources of a nested stack are created with parameters of its parent', async () => {
  const Parameters = { outer: { 'Fn::GetAtt': ['Outer', 'Arn'] } };
  const nested = { Parameters: { outer: { Type: 'String' } }, Resources: { Inner: thing({ Ref: 'outer' }) } };
  expect(valueIn(await create(nested, { Parameters }), 'Inner')).toBe('arn:Outer');
});

test('the parent can read the outputs of a nested stack', async () => {
  const nested = { Resources: { Inner: thing(1) }, Outputs: { arn: { Value: { 'Fn::GetAtt': ['Inner', 'Arn'] } } } };
  const after = { Last: thing({ 'Fn::GetAtt': ['Nested', 'Outputs.arn'] }) };
  expect(valueIn(await create(nested, { after }), 'Last')).toBe('arn:Inner');
});

test('a nested stack has its own name, which makes names derived from it unique', async () => {
  const { resources } = await create({ Resources: { Inner: thing({ Ref: 'AWS::StackName' }) } });
  expect(resources.map(({ stack }) => stack)).toContainEqual(expect.stringMatching(/^app-Nested-[0-9A-Z]{12}$/));
});

test('an error in a nested stack names both stacks', async () => {
  await expect(create({ Resources: { Inner: thing({ Ref: 'Nobody' }) } })).rejects.toThrow(
    /^app\/Nested \(AWS::CloudFormation::Stack\): app-Nested-\w+\/Inner \(Test::Thing\): Ref: Nobody is not/,
  );
});
