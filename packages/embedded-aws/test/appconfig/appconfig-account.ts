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

/** A document with one flag, on with this value, or off (with a value all the same). */
export const dataSource = (value: 'databento' | 'barchart' | 'off') => ({
  version: '1',
  flags: { data_source: { name: 'Data source', attributes: { value: { constraints: { type: 'string' } } } } },
  values: { data_source: value === 'off' ? { enabled: false, value: 'databento' } : { enabled: true, value } },
});

type Body = { readonly [field: string]: unknown };
type Asked = { readonly headers?: Record<string, string>; readonly body?: unknown };
export type Answered = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly text: string;
};

/** An application `rollback` with the environments `local`, which has a monitor, and `local-safety`, which has none. */
export class SmallAccount {
  readonly clock = new VirtualClock(START);
  readonly told: Happening[] = [];
  /** What the last request asked of IAM. */
  asked: readonly Need[] = [];
  alarm = 'OK';
  readonly appconfig: AppConfig;
  readonly application;
  readonly environment;
  readonly safety;
  readonly profile;

  constructor(seed = 1) {
    const tell = (happening: Happening) => void this.told.push(happening);
    const surroundings = {
      clock: this.clock,
      random: seeded(seed),
      region: 'eu-west-1',
      accountId: '000000000000',
      tell,
    };
    this.appconfig = appconfig(surroundings, { alarmState: (arn) => (arn === MONITOR ? this.alarm : undefined) });
    this.application = this.appconfig.createApplication({ name: 'rollback', tags: { team: 'trading' } });
    const { application } = this;
    const monitors = [{ AlarmArn: MONITOR }];
    this.environment = this.appconfig.createEnvironment({ application, name: 'local', monitors, tags: {} });
    this.safety = this.appconfig.createEnvironment({ application, name: 'local-safety', monitors: [], tags: {} });
    const type = 'AWS.AppConfig.FeatureFlags' as const;
    this.profile = this.appconfig.createProfile({ application, name: 'trading', type, tags: {} });
  }

  /** A strategy; at once and without bake time unless it is said otherwise. */
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

  /** One request as it travels. */
  async request(method: string, path: string, { headers = {}, body }: Asked = {}): Promise<Answered> {
    const raw = body === undefined || typeof body === 'string' ? (body ?? '') : JSON.stringify(body);
    const request = { method, path, headers, body: Buffer.from(raw as string) };
    const authorize = (needs: readonly Need[]) => {
      this.asked = needs;
    };
    const answer = await this.appconfig.handle(request, authorize, person);
    const text = answer.body.toString();
    return { ...answer, text, body: text === '' ? {} : (JSON.parse(text) as Body) };
  }

  store(document: unknown, headers: Record<string, string> = {}): Promise<Answered> {
    return this.request('POST', `${this.profilePath}/hostedconfigurationversions`, {
      headers: { 'content-type': 'application/json', ...headers },
      body: document,
    });
  }

  deploy(version: number, strategy: Pick<Strategy, 'id'>, more: Body & { to?: string } = {}): Promise<Answered> {
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

  /** The first deployment to `local`, or another. */
  async deployment(number = 1): Promise<Body> {
    const { body } = await this.request(
      'GET',
      `${this.path}/environments/${this.environment.id}/deployments/${number}`,
    );
    return body;
  }

  stop(number: number, headers: Record<string, string> = {}): Promise<Answered> {
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

  /** What an agent on that host has, of the environment `local`. */
  on(host: string): unknown {
    return this.appconfig.effective(this.environment.id, this.profile.id, host)?.['data_source'];
  }
}

/** An account whose version 1 (databento) is with every client of `local`; version 2 (barchart) is stored. */
export async function seededAccount(): Promise<SmallAccount> {
  const account = new SmallAccount();
  await account.store(dataSource('databento'));
  await account.store(dataSource('barchart'));
  await account.deploy(1, account.strategy({ name: 'at-once' }));
  await account.pass(MINUTE);
  return account;
}
