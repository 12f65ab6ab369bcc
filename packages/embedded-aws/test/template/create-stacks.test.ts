import { describe, expect, test } from 'vitest';
import { createStacks } from '../../src/template/create-stacks.ts';
import type { ResourceMaker } from '../../src/template/resource.ts';
import { template } from '../../src/template/template.ts';

const place = { region: 'eu-west-1', accountId: '000000000000' };
const echo: ResourceMaker = ({ logicalId }) => ({ ref: `${logicalId}-name`, attributes: { Arn: `arn:${logicalId}` } });

const stack = (name: string, document: object) => ({
  name,
  environment: 'aws://000000000000/eu-west-1',
  template: template.parse(document),
});
const create = (...stacks: ReturnType<typeof stack>[]) =>
  createStacks({ stacks, assets: new Map() }, { 'Test::Thing': echo }, place);
const thing = (Value: unknown, more: object = {}) => ({ Type: 'Test::Thing', Properties: { Value }, ...more });

/** Returns a property after resolution, in a stack with a thing called Other, two conditions, a mapping and parameters. */
async function resolved(Value: unknown): Promise<unknown> {
  const { resources } = await create(
    stack('app', {
      Parameters: {
        Size: { Type: 'Number', Default: 3 },
        Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
        BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk/version' },
      },
      Mappings: { Hosts: { 'eu-west-1': { Count: 40 } } },
      Conditions: { Yes: { 'Fn::Equals': [{ Ref: 'Size' }, '3'] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } },
      Resources: { It: thing(Value), Other: thing(1) },
    }),
  );
  return resources.find(({ logicalId }) => logicalId === 'It')?.properties['Value'];
}

describe('an intrinsic', () => {
  test.each([
    ['Ref to a resource', { Ref: 'Other' }, 'Other-name'],
    ['Ref to a parameter is its default, as text', { Ref: 'Size' }, '3'],
    ['Ref to a list parameter', { Ref: 'Zones' }, ['a', 'b']],
    ['AWS::Region', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['AWS::AccountId', { Ref: 'AWS::AccountId' }, '000000000000'],
    ['AWS::Partition', { Ref: 'AWS::Partition' }, 'aws'],
    ['AWS::StackName', { Ref: 'AWS::StackName' }, 'app'],
    ['AWS::URLSuffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    ['AWS::NoValue leaves out a property', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    ['AWS::NoValue leaves out an entry', [1, { Ref: 'AWS::NoValue' }], [1]],
    ['Fn::GetAtt', { 'Fn::GetAtt': ['Other', 'Arn'] }, 'arn:Other'],
    ['Fn::GetAtt in one word', { 'Fn::GetAtt': 'Other.Arn' }, 'arn:Other'],
    [
      'Fn::Sub',
      { 'Fn::Sub': '${Other}/${Other.Arn}/${AWS::Region}/${!Kept}' },
      'Other-name/arn:Other/eu-west-1/${Kept}',
    ],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${x} ${Other}', { x: { Ref: 'AWS::Region' } }] }, 'eu-west-1 Other-name'],
    ['Fn::Join', { 'Fn::Join': [':', ['arn', { Ref: 'AWS::Partition' }, 1]] }, 'arn:aws:1'],
    ['Fn::Split', { 'Fn::Split': ['-', { Ref: 'AWS::Region' }] }, ['eu', 'west', '1']],
    ['Fn::Select', { 'Fn::Select': ['1', { 'Fn::Split': ['-', 'a-b'] }] }, 'b'],
    ['Fn::If takes the first branch', { 'Fn::If': ['Yes', 'a', { Ref: 'Nobody' }] }, 'a'],
    ['Fn::If takes the second branch', { 'Fn::If': ['No', { Ref: 'Nobody' }, 'b'] }, 'b'],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['Hosts', { Ref: 'AWS::Region' }, 'Count'] }, 40],
    ['nested in a list in an object', { a: [{ b: { Ref: 'Other' } }] }, { a: [{ b: 'Other-name' }] }],
    ['none: a value without one stays as it is', { a: [1, true, 'x', null] }, { a: [1, true, 'x', null] }],
    ['none: Ref beside other keys is data', { Ref: 'x', other: 1 }, { Ref: 'x', other: 1 }],
  ])('%s', async (_, value, expected) => {
    expect(await resolved(value)).toEqual(expected);
  });

  test.each([
    ['an unknown function', { 'Fn::Base64': 'x' }, 'app/It (Test::Thing): Fn::Base64 is not an intrinsic function'],
    ['a function beside other keys', { 'Fn::Join': ['', []], a: 1 }, 'Fn::Join has other keys beside it'],
    ['an unknown name', { Ref: 'Nobody' }, 'app/It (Test::Thing): Ref: Nobody is not a resource, parameter'],
    ['an unknown pseudo parameter', { Ref: 'AWS::StackId' }, 'AWS::StackId'],
    [
      'an unknown attribute',
      { 'Fn::GetAtt': ['Other', 'StreamArn'] },
      'StreamArn is not an attribute of Other (Test::Thing) here; it has Arn',
    ],
    ['an unknown condition', { 'Fn::If': ['Maybe', 1, 2] }, 'Fn::If: Maybe is not a condition'],
    ['an unknown map entry', { 'Fn::FindInMap': ['Hosts', 'x', 'Count'] }, 'Mappings has no Hosts.x.Count'],
    ['an export of no stack', { 'Fn::ImportValue': 'x' }, 'Fn::ImportValue: x is not an export'],
    ['an index past the end', { 'Fn::Select': [2, ['a', 'b']] }, 'Fn::Select: there is no entry 2 in ["a","b"]'],
    ['a wrong shape', { 'Fn::Join': ['', 'abc'] }, 'Fn::Join: expected a list, found "abc"'],
    ['an object instead of text', { 'Fn::Join': ['', [{ a: 1 }]] }, 'Fn::Join: expected text, found {"a":1}'],
    [
      'a parameter read from Parameter Store',
      { Ref: 'BootstrapVersion' },
      'BootstrapVersion is read from Parameter Store',
    ],
  ])('that is %s is an error that names its place', async (_, value, message) => {
    await expect(resolved(value)).rejects.toThrow(message);
  });
});

describe('a condition', () => {
  const yes = { 'Fn::Equals': ['a', 'a'] };
  const no = { 'Fn::Equals': ['a', 'b'] };
  test.each([
    ['Fn::Equals', yes, true],
    ['Fn::Not', { 'Fn::Not': [yes] }, false],
    ['Fn::And', { 'Fn::And': [yes, no] }, false],
    ['Fn::Or', { 'Fn::Or': [no, yes] }, true],
    ['a reference to another', { 'Fn::And': [{ Condition: 'Base' }, yes] }, true],
  ])('%s decides whether a resource is created', async (_, condition, made) => {
    const { resources } = await create(
      stack('app', { Conditions: { Base: yes, It: condition }, Resources: { It: thing(1, { Condition: 'It' }) } }),
    );
    expect(resources).toHaveLength(made ? 1 : 0);
  });

  test('that is false is named in the error of a resource that refers to its resource', async () => {
    const Resources = { It: thing(1, { Condition: 'Never' }), User: thing({ Ref: 'It' }) };
    await expect(create(stack('app', { Conditions: { Never: no }, Resources }))).rejects.toThrow(
      'app/User (Test::Thing): Ref: It is not a resource of this deployment: its condition Never is false',
    );
  });

  test('that the account does not know is an error', async () => {
    const Resources = { It: thing(1, { Condition: 'Odd' }) };
    await expect(create(stack('app', { Conditions: { Odd: { 'Fn::Contains': [] } }, Resources }))).rejects.toThrow(
      'app/It: {"Fn::Contains":[]} is not a condition',
    );
  });
});

describe('the order', () => {
  const order = async (Resources: object) =>
    (await create(stack('app', { Resources }))).resources.map(({ logicalId }) => logicalId);

  test('follows Ref, Fn::GetAtt and Fn::Sub', async () => {
    const Resources = {
      A: thing({ Ref: 'B' }),
      B: thing([{ 'Fn::GetAtt': ['C', 'Arn'] }]),
      C: thing({ 'Fn::Sub': 'x${D.Arn}' }),
      D: thing(1),
    };
    expect(await order(Resources)).toEqual(['D', 'C', 'B', 'A']);
  });

  test('follows DependsOn, one or several', async () => {
    const Resources = { A: thing(1, { DependsOn: ['B', 'C'] }), B: thing(1, { DependsOn: 'C' }), C: thing(1) };
    expect(await order(Resources)).toEqual(['C', 'B', 'A']);
  });

  test('is the template’s if no reference decides', async () => {
    expect(await order({ B: thing(1), A: thing(1) })).toEqual(['B', 'A']);
  });

  test('refuses a circular dependency', async () => {
    await expect(order({ A: thing({ Ref: 'B' }), B: thing({ Ref: 'A' }) })).rejects.toThrow(
      'app: Circular dependency: A -> B -> A',
    );
  });
});

describe('a stack', () => {
  test('gives its exports to the stacks after it', async () => {
    const { resources, outputs } = await create(
      stack('state', {
        Resources: { Table: thing(1) },
        Outputs: {
          TableArn: {
            Value: { 'Fn::GetAtt': ['Table', 'Arn'] },
            Export: { Name: { 'Fn::Sub': '${AWS::StackName}:arn' } },
          },
        },
      }),
      stack('run', { Resources: { User: thing({ 'Fn::ImportValue': 'state:arn' }) } }),
    );
    expect(resources[1]?.properties).toEqual({ Value: 'arn:Table' });
    expect(outputs).toEqual({ state: { TableArn: 'arn:Table' }, run: {} });
  });

  test('of another account or region is refused', async () => {
    const elsewhere = { ...stack('app', {}), environment: 'aws://111111111111/us-east-1' };
    await expect(create(elsewhere)).rejects.toThrow(
      'Stack app was synthesized for aws://111111111111/us-east-1; the embedded account is aws://000000000000/eu-west-1',
    );
  });

  test('with an unknown resource type is an error that names it', async () => {
    await expect(create(stack('app', { Resources: { Queue: { Type: 'AWS::SQS::Queue' } } }))).rejects.toThrow(
      'app/Queue (AWS::SQS::Queue): the embedded account does not know this resource type',
    );
  });

  test('names the resource in the error of a maker', async () => {
    const refusing = { 'Test::Thing': () => Promise.reject(new Error('no room')) };
    const stacks = [stack('app', { Resources: { It: thing(1) } })];
    await expect(createStacks({ stacks, assets: new Map() }, refusing, place)).rejects.toThrow(
      'app/It (Test::Thing): no room',
    );
  });

  test('refuses a resource attribute that the account does not read', () => {
    const document = { Resources: { It: { Type: 'Test::Thing', UpdatePolicy: {} } } };
    expect(() => template.parse(document)).toThrow('UpdatePolicy');
  });
});

describe('an inert resource', () => {
  const inertly = async (Type: string, Properties: object, Value: unknown) => {
    const { resources } = await create(
      stack('app', { Resources: { Inert: { Type, Properties }, User: thing(Value) } }),
    );
    return resources[1]?.properties['Value'];
  };

  test('has a name even if the template gives none', async () => {
    expect(await inertly('AWS::CloudWatch::Dashboard', {}, { Ref: 'Inert' })).toMatch(/^app-Inert-[0-9A-Z]{12}$/);
  });

  test('has only its own attributes', async () => {
    await expect(inertly('AWS::CloudWatch::Dashboard', {}, { 'Fn::GetAtt': ['Inert', 'Arn'] })).rejects.toThrow(
      'Arn is not an attribute of Inert (AWS::CloudWatch::Dashboard)',
    );
  });
});

test('a created stack has its outputs with their exports, and its parent if it is nested', async () => {
  const { stacks } = await create(
    stack('app', {
      Description: 'An app',
      Resources: { It: thing(1) },
      Outputs: { Name: { Value: { Ref: 'It' }, Description: 'its name', Export: { Name: 'app-it' } } },
    }),
  );
  expect(stacks).toMatchObject([
    {
      id: 'arn:aws:cloudformation:eu-west-1:000000000000:stack/app/1',
      name: 'app',
      description: 'An app',
      outputs: [{ name: 'Name', value: 'It-name', description: 'its name', exportName: 'app-it' }],
      resources: [{ logicalId: 'It', ref: 'It-name' }],
    },
  ]);
});
