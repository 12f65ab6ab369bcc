import { describe, expect, test } from 'vitest';
import { MINUTE, SmallAccount, seededAccount } from '../appconfig-account.ts';

const identifiers = {
  ApplicationIdentifier: 'rollback',
  EnvironmentIdentifier: 'local',
  ConfigurationProfileIdentifier: 'trading',
};
const session = async (account: SmallAccount, more: object = {}) => {
  const { body } = await account.request('POST', '/configurationsessions', { body: { ...identifiers, ...more } });
  return String(body['InitialConfigurationToken']);
};
const poll = (account: SmallAccount, token: unknown) =>
  account.request('GET', `/configuration?configuration_token=${token}`);
const next = ({ headers }: { headers: Readonly<Record<string, string>> }) => headers['next-poll-configuration-token'];

describe('StartConfigurationSession', () => {
  test('returns a token, and needs permission by ids even if the request uses names', async () => {
    const account = await seededAccount();
    const { status, body } = await account.request('POST', '/configurationsessions', { body: identifiers });
    expect(status).toBe(201);
    expect(body).toEqual({ InitialConfigurationToken: expect.stringMatching(/^\S{1,8192}$/) });
    const { application, environment, profile } = account;
    expect(account.needs).toEqual([
      {
        action: 'appconfig:StartConfigurationSession',
        resource:
          `arn:aws:appconfig:eu-west-1:000000000000:application/${application.id}` +
          `/environment/${environment.id}/configuration/${profile.id}`,
        keys: {},
      },
    ]);
  });

  test('refuses an environment that does not exist', async () => {
    const account = await seededAccount();
    const body = { ...identifiers, EnvironmentIdentifier: 'production' };
    expect(await account.request('POST', '/configurationsessions', { body })).toMatchObject({ status: 404 });
  });
});

describe('GetLatestConfiguration', () => {
  test('returns the values alone, without definitions and timestamps', async () => {
    const account = await seededAccount();
    const { status, headers, body } = await poll(account, await session(account));
    expect(status).toBe(200);
    expect(body).toEqual({ data_source: { enabled: true, value: 'databento' } });
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'next-poll-interval-in-seconds': '60' });
  });

  test('returns an empty body if the client already has the latest version', async () => {
    const account = await seededAccount();
    const first = await poll(account, await session(account));
    expect((await poll(account, next(first))).text).toBe('');
  });

  test('accepts each token once', async () => {
    const account = await seededAccount();
    const token = await session(account);
    await poll(account, token);
    const { status, body } = await poll(account, token);
    expect([status, body['Details']]).toEqual([
      400,
      { InvalidParameters: { ConfigurationToken: { Problem: 'Corrupted' } } },
    ]);
  });

  test('refuses a token older than 24 hours', async () => {
    const account = await seededAccount();
    const token = await session(account);
    await account.pass(24 * 60 * MINUTE + 1);
    expect((await poll(account, token)).body).toMatchObject({
      Details: { InvalidParameters: { ConfigurationToken: { Problem: 'Expired' } } },
    });
  });

  test('refuses a poll earlier than the interval that the client required', async () => {
    const account = await seededAccount();
    const first = await poll(account, await session(account, { RequiredMinimumPollIntervalInSeconds: 15 }));
    expect(first.headers['next-poll-interval-in-seconds']).toBe('15');
    await account.pass(14_999);
    expect((await poll(account, next(first))).body).toMatchObject({
      Details: { InvalidParameters: { ConfigurationToken: { Problem: 'PollIntervalNotSatisfied' } } },
    });
    await account.pass(1);
    expect((await poll(account, next(first))).status).toBe(200);
  });

  test('finds no configuration before the first deployment', async () => {
    const account = new SmallAccount();
    const { status, headers } = await poll(account, await session(account));
    expect([status, headers['x-amzn-errortype']]).toEqual([404, 'ResourceNotFoundException']);
  });

  test('offers a growing version to more and more sessions and withdraws it from none', async () => {
    const account = await seededAccount();
    let tokens: unknown[] = await Promise.all(Array.from({ length: 200 }, () => session(account)));
    await account.deploy(2, account.strategy({ name: 'quarters', deploymentMinutes: 4, growthFactor: 25 }));
    const seen: boolean[][] = [];
    for (let step = 0; step < 4; step++) {
      await account.pass(MINUTE);
      const responses = await Promise.all(tokens.map((token) => poll(account, token)));
      tokens = responses.map(next);
      const before = seen.at(-1) ?? [];
      seen.push(responses.map(({ text }, i) => (text === '' ? before[i] === true : text.includes('barchart'))));
    }
    const shares = seen.map((one) => one.filter(Boolean).length / 2);
    for (const [i, expected] of [25, 50, 75, 100].entries())
      expect(Math.abs((shares[i] ?? 0) - expected)).toBeLessThan(10);
    for (const [i, one] of seen.slice(1).entries())
      expect(one.every((has, session) => has || !seen[i]?.[session])).toBe(true);
  });
});
