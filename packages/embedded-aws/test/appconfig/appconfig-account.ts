import { type AppConfig, appconfig } from '../../src/appconfig/appconfig.ts';
import type { Strategy } from '../../src/appconfig/configuration.ts';
import { seeded } from '../../src/clock/random.ts';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import type { Happening, Need } from '../../src/wire/service.ts';

export const START = Date.parse('2026-03-02T09:00:00Z');
export const MINUTE = 60_000;
export const person = { arn: 'arn:aws:iam::000000000000:user/ana' };

/** The alarm that the environment `local` watches. */
export const MONITOR = 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:phase-1';

/** A document with one flag: on with the given value, or off. When it is off, the document still has a value. */
export const dataSource = (value: 'databento' | 'barchart' | 'off') => ({
  version: '1',
  flags: { data_source: { name: 'Data source', attributes: { value: { constraints: { type: 'string' } } } } },
  values: { data_source: value === 'off' ? { enabled: false, value: 'databento' } : { enabled: true, value } },
});

type Body = { readonly [field: string]: unknown };
type RequestParts = { readonly headers?: Record<string, string>; readonly body?: unknown };
export type HttpResult = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly text: string;
};

/** An application `rollback` with the environments `local`, which has a monitor, and `local-safety`, which has none. */
export class SmallAccount {
  readonly clock = new VirtualClock(START);
  readonly happenings: Happening[] = [];
  /** The permissions that the last request needed. */
  needs: readonly Need[] = [];
  alarm = 'OK';
  actionsEnabled = true;
  readonly appconfig: AppConfig;
  readonly application;
  readonly environment;
  readonly safety;
  readonly profile;

  constructor(seed = 1) {
    const tell = (happening: Happening) => void this.happenings.push(happening);
    const surroundings = {
      clock: this.clock,
      random: seeded(seed),
      region: 'eu-west-1',
      accountId: '000000000000',
      tell,
    };
    this.appconfig = appconfig(surroundings, {
      alarmOf: (arn) => (arn === MONITOR ? { state: this.alarm, actionsEnabled: this.actionsEnabled } : undefined),
    });
    this.application = this.appconfig.createApplication({ name: 'rollback', tags: { team: 'trading' } });
    const { application } = this;
    const monitors = [{ AlarmArn: MONITOR }];
    this.environment = this.appconfig.createEnvironment({ application, name: 'local', monitors, tags: {} });
    this.safety = this.appconfig.createEnvironment({ application, name: 'local-safety', monitors: [], tags: {} });
    const type = 'AWS.AppConfig.FeatureFlags' as const;
    this.profile = this.appconfig.createProfile({ application, name: 'trading', type, tags: {} });
  }

  /** Creates a strategy. Defaults: deploys at once, without bake time. */
  strategy(wanted: Partial<Strategy> & { name: string }): Strategy {
    return this.appconfig.createStrategy({
      deploymentMinutes: 0,
      growthFactor: 100,
      growthType: 'LINEAR',
      bakeMinutes: 0,
      tags: {},
      ...wanted,
    });
  }

  /** Sends one request as HTTP sends it. */
  async request(method: string, path: string, { headers = {}, body }: RequestParts = {}): Promise<HttpResult> {
    const raw = body === undefined || typeof body === 'string' ? (body ?? '') : JSON.stringify(body);
    const request = { method, path, headers, body: Buffer.from(raw as string) };
    const authorize = (needs: readonly Need[]) => {
      this.needs = needs;
    };
    const response = await this.appconfig.handle(request, authorize, person);
    const text = response.body.toString();
    return { ...response, text, body: text === '' ? {} : (JSON.parse(text) as Body) };
  }

  store(document: unknown, headers: Record<string, string> = {}): Promise<HttpResult> {
    return this.request('POST', `${this.profilePath}/hostedconfigurationversions`, {
      headers: { 'content-type': 'application/json', ...headers },
      body: document,
    });
  }

  deploy(version: number, strategy: Pick<Strategy, 'id'>, more: Body & { to?: string } = {}): Promise<HttpResult> {
    const { to = this.environment.id, ...fields } = more;
    return this.request('POST', `${this.path}/environments/${to}/deployments`, {
      body: {
        ConfigurationProfileId: this.profile.id,
        ConfigurationVersion: String(version),
        DeploymentStrategyId: strategy.id,
        ...fields,
      },
    });
  }

  /** Returns a deployment by its number; to `local`, unless another environment is named. */
  async deployment(number = 1, to = this.environment.id): Promise<Body> {
    const { body } = await this.request('GET', `${this.path}/environments/${to}/deployments/${number}`);
    return body;
  }

  stop(number: number, headers: Record<string, string> = {}): Promise<HttpResult> {
    const path = `${this.path}/environments/${this.environment.id}/deployments/${number}`;
    return this.request('DELETE', path, { headers });
  }

  pass(milliseconds: number): Promise<void> {
    return this.clock.run(this.clock.now() + milliseconds);
  }

  get path(): string {
    return `/applications/${this.application.id}`;
  }

  get profilePath(): string {
    return `${this.path}/configurationprofiles/${this.profile.id}`;
  }

  /** Returns the flag that the agent on a host has from the environment `local`. */
  on(host: string): unknown {
    return this.appconfig.effective(this.environment.id, this.profile.id, host)?.['data_source'];
  }
}

/** An account that has deployed version 1 (databento) to every client of `local`; version 2 (barchart) is stored. */
export async function seededAccount(): Promise<SmallAccount> {
  const account = new SmallAccount();
  await account.store(dataSource('databento'));
  await account.store(dataSource('barchart'));
  await account.deploy(1, account.strategy({ name: 'at-once' }));
  await account.pass(MINUTE);
  return account;
}
