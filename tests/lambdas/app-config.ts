import { AppConfigClient } from '@aws-sdk/client-appconfig';
import { MINUTE, person, SmallAccount } from 'embedded-aws/testing/appconfig';

type Sent = {
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array;
};

const refusal = {
  response: {
    statusCode: 400,
    headers: { 'x-amzn-errortype': 'BadRequestException' },
    body: Buffer.from('{"Message":"Not now."}'),
  },
};

/** The embedded account's AppConfig behind the real client, with an application of two layers. */
export function appConfigOfTwoLayers() {
  const account = new SmallAccount();
  const strategy = account.strategy({ name: 'immediate' });
  const layerOf = (environment: { readonly id: string }) => ({
    ApplicationId: account.application.id,
    EnvironmentId: environment.id,
    ConfigurationProfileId: account.profile.id,
    DeploymentStrategyId: strategy.id,
  });
  /** `METHOD last word of the path`, in the order in which they were made. */
  const requests: string[] = [];
  const before: (() => Promise<unknown>)[] = [];
  const refused: string[] = [];
  const client = new AppConfigClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ method, path, query = {}, headers, body }: Sent) => {
        requests.push(`${method} ${path.split('/').findLast((word) => /^[a-z]{8,}$/.test(word))}`);
        if (method === 'POST') await before.shift()?.();
        if (refused.includes(method)) return refusal;
        const search = new URLSearchParams(query).toString();
        const request = { method, path: search ? `${path}?${search}` : path, headers, body: Buffer.from(body ?? '') };
        const response = await account.appconfig.handle(request, () => {}, person);
        return {
          response: { statusCode: response.status, headers: response.headers, body: Buffer.from(response.body) },
        };
      },
    },
  });
  return {
    account,
    client,
    safety: layerOf(account.safety),
    normal: layerOf(account.environment),
    requests,
    writes: () => requests.filter((one) => one.startsWith('POST')),
    /** Runs a function just before the next write reaches AppConfig. */
    beforeNextWrite: (what: () => Promise<unknown>) => void before.push(what),
    /** Refuses all requests of a method from now on. */
    refuse: (method: string) => void refused.push(method),
    /** A strategy that takes ten minutes. */
    slow: () => account.strategy({ name: 'slow', deploymentMinutes: 10, growthFactor: 10, bakeMinutes: 10 }),
    sleep: (milliseconds: number) => account.pass(milliseconds),
    minutes: (count: number) => account.pass(count * MINUTE),
    /** The safety layer's values on a host. */
    safetyOn: (host: string) => account.appconfig.effective(account.safety.id, account.profile.id, host),
    normalOn: (host: string) => account.appconfig.effective(account.environment.id, account.profile.id, host),
  };
}
