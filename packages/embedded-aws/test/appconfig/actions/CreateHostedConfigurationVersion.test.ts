import { describe, expect, test } from 'vitest';
import { dataSource, SmallAccount } from '../appconfig-account.ts';

describe('CreateHostedConfigurationVersion', () => {
  test('returns 201 with the content as the body and every other field as a header', async () => {
    const account = new SmallAccount();
    const { status, headers, body } = await account.store(dataSource('databento'), {
      description: 'first',
      versionlabel: 'v1',
    });
    expect(status).toBe(201);
    expect(headers).toEqual({
      'application-id': account.application.id,
      'configuration-profile-id': account.profile.id,
      'version-number': '1',
      description: 'first',
      'content-type': 'application/json',
      versionlabel: 'v1',
    });
    expect(body).toMatchObject({ values: { data_source: { enabled: true, value: 'databento' } } });
  });

  test('adds creation and change times to each flag, so that stored content differs from the content sent', async () => {
    const account = new SmallAccount();
    const { body } = await account.store(dataSource('databento'));
    expect(body['values']).toEqual({
      data_source: {
        enabled: true,
        value: 'databento',
        _createdAt: '2026-03-02T09:00:00.000Z',
        _updatedAt: '2026-03-02T09:00:00.000Z',
      },
    });
  });

  test('accepts the content that an earlier request returned', async () => {
    const account = new SmallAccount();
    const { text } = await account.store(dataSource('databento'));
    expect((await account.store(text)).status).toBe(201);
  });

  test('needs the application and the profile, each under its own tags', async () => {
    const account = new SmallAccount();
    await account.store(dataSource('off'));
    const application = `arn:aws:appconfig:eu-west-1:000000000000:application/${account.application.id}`;
    expect(account.needs).toEqual([
      {
        action: 'appconfig:CreateHostedConfigurationVersion',
        resource: application,
        keys: { 'aws:ResourceTag/team': 'trading' },
      },
      {
        action: 'appconfig:CreateHostedConfigurationVersion',
        resource: `${application}/configurationprofile/${account.profile.id}`,
        keys: {},
      },
    ]);
  });

  test('refuses a version that is based on an older version than the latest', async () => {
    const account = new SmallAccount();
    await account.store(dataSource('databento'), { 'latest-version-number': '0' });
    const { status, headers, body } = await account.store(dataSource('off'), { 'latest-version-number': '0' });
    expect([status, headers['x-amzn-errortype']]).toEqual([409, 'ConflictException']);
    expect(body['Message']).toBe('The latest version of trading is 1, not 0. Read it and try again.');
  });

  test.each([
    [
      'a value for a flag that is not defined',
      { version: '1', values: { kill: { enabled: true } } },
      'values has kill',
    ],
    [
      'an attribute that is not defined',
      { version: '1', flags: { a: {} }, values: { a: { enabled: true, b: 1 } } },
      'values.a has b',
    ],
    ['a value without enabled', { version: '1', flags: { a: {} }, values: { a: {} } }, 'enabled'],
    ['another version', { version: '2', flags: {} }, 'version'],
    ['an unknown field', { version: '1', flags: {}, extra: 1 }, 'extra'],
    ['a flag key with a capital', { version: '1', flags: { Kill: {} } }, 'Kill'],
    ['content that is not JSON', 'flags: {}', 'not JSON'],
  ])('refuses %s', async (_, document, message) => {
    const { status, headers, body } = await new SmallAccount().store(document);
    expect([status, headers['x-amzn-errortype'], body['Reason']]).toEqual([
      400,
      'BadRequestException',
      'InvalidConfiguration',
    ]);
    expect(body['Message']).toContain(message);
  });

  test.each([
    [
      'not in the enum',
      { type: 'string', enum: ['databento', 'barchart'] },
      'yahoo',
      'must be one of databento, barchart',
    ],
    ['not matching the pattern', { type: 'string', pattern: '^v[0-9]+$' }, 'one', 'must match ^v[0-9]+$'],
    ['of another type', { type: 'number' }, 'one', 'must be of type number'],
    ['below the minimum', { type: 'number', minimum: 10 }, 9, 'must be from 10 to Infinity, got 9'],
    ['with a wrong element', { type: 'array', elements: { type: 'number' } }, ['a'], 'must be of type number'],
    ['missing', { type: 'boolean', required: true }, undefined, 'is required and missing'],
  ])('refuses an attribute that is %s', async (_, constraints, value, message) => {
    const { body } = await new SmallAccount().store({
      version: '1',
      flags: { a: { attributes: { b: { constraints } } } },
      values: { a: { enabled: true, b: value } },
    });
    expect(body['Message']).toContain(`values.a.b: ${message}`);
  });

  test('refuses a configuration of more than 1 MB', async () => {
    const { status, headers } = await new SmallAccount().store('x'.repeat(1_048_577));
    expect([status, headers['x-amzn-errortype']]).toEqual([413, 'PayloadTooLargeException']);
  });

  test('refuses a profile that does not exist', async () => {
    const account = new SmallAccount();
    const path = `${account.path}/configurationprofiles/none/hostedconfigurationversions`;
    const { status, headers } = await account.request('POST', path, {
      headers: { 'content-type': 'text/plain' },
      body: 'x',
    });
    expect([status, headers['x-amzn-errortype']]).toEqual([404, 'ResourceNotFoundException']);
  });
});

describe('GetHostedConfigurationVersion', () => {
  test('returns a version as it is stored, with its definitions', async () => {
    const account = new SmallAccount();
    const stored = await account.store(dataSource('databento'));
    const read = await account.request('GET', `${account.profilePath}/hostedconfigurationversions/1`);
    expect([read.status, read.text]).toEqual([200, stored.text]);
  });
});

describe('ListHostedConfigurationVersions', () => {
  test('returns pages without contents, the latest version first', async () => {
    const account = new SmallAccount();
    await account.store(dataSource('databento'));
    await account.store(dataSource('barchart'));
    const list = `${account.profilePath}/hostedconfigurationversions?max_results=1`;
    const { body } = await account.request('GET', list);
    expect(body['Items']).toEqual([
      {
        ApplicationId: account.application.id,
        ConfigurationProfileId: account.profile.id,
        VersionNumber: 2,
        ContentType: 'application/json',
      },
    ]);
    const { body: next } = await account.request('GET', `${list}&next_token=${body['NextToken']}`);
    expect(next).toMatchObject({ Items: [{ VersionNumber: 1 }] });
    expect(next['NextToken']).toBeUndefined();
  });
});
