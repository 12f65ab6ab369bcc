import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { RemoteAccount } from './account.ts';
import type { Story, StoryAction } from './story.ts';

// The market of a story, and its days before its 0s. Nobody lives through these: what they left behind is stored at once.

/** The namespace of infra/triggers.yaml. */
const namespace = 'Rollback/Trading';

/** The system runs for the last hour only; deployments before that are stored. */
const livedSeconds = 3600;

type Past = Story['given'][number];
type Deployed = Extract<Past, { deployed: unknown }>['deployed'];

export const deploymentsOf = ({ given }: Pick<Story, 'given'>): Deployed[] =>
  given.flatMap((one) => ('deployed' in one ? [one.deployed] : []));

export const isLivedThrough = ({ at }: Deployed): boolean => at >= -livedSeconds;

/** Stores the story's deployments of earlier days, and the datapoints that it has of them. `start`: the story's 0s. */
export async function storePast(account: RemoteAccount, { given }: Story, start: number): Promise<void> {
  for (const one of given)
    if ('published' in one) await publish(account, one.published, start);
    else if (!isLivedThrough(one.deployed)) await store(account, one.deployed, start);
}

/** Writes the item of domain/tables.ts, which rehearsals/ must not import: record-deployment takes no deployment of an earlier day. */
const store = ({ db, environment }: RemoteAccount, { phase, version, at }: Deployed, start: number) => {
  const deployed = new Date(start + at * 1000).toISOString();
  const Item = { pk: `PHASE#${phase}`, sk: `DEPLOYED#${deployed}`, version, at: deployed };
  return db.send(new PutCommand({ TableName: `rollback-${environment}-state`, Item }));
};

/** PutMetricData takes up to 1,000 datapoints. */
const mostDatapoints = 1000;

type Published = Extract<Past, { published: unknown }>['published'];

/** Publishes a datapoint per minute. */
async function publish(
  { cloudWatch }: RemoteAccount,
  { phase, metric, value, from, until }: Published,
  start: number,
): Promise<void> {
  const minutes = Array.from({ length: Math.ceil((until - from) / 60) }, (_, i) => start + (from + i * 60) * 1000);
  for (let i = 0; i < minutes.length; i += mostDatapoints)
    await cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: namespace,
        MetricData: minutes.slice(i, i + mostDatapoints).map((at) => ({
          MetricName: metric,
          Dimensions: [{ Name: 'phase', Value: String(phase) }],
          Timestamp: new Date(at),
          Value: value,
        })),
      }),
    );
}

/** The metric that is 1 while a venue is halted, in the form of the variable CALENDAR. */
export const haltedMetric = { namespace, metric: 'MarketHalted' };

/** Publishes, for every minute of it, that a venue is halted from now on. */
export async function haltMarket(
  account: RemoteAccount,
  { phase, halted }: NonNullable<StoryAction['market']>,
): Promise<void> {
  const now = Date.parse((await account.about()).now);
  await publish(account, { phase, metric: haltedMetric.metric, value: 1, from: 0, until: halted }, now);
}

/** The calendar of a story covers two weeks before its 0s, and two after. */
const coveredMinutes = 15 * 24 * 60;

/**
 * Returns the trading sessions of a story in the form of the variable CALENDAR (domain/calendar/calendar-setting.ts, which
 * rehearsals/ must not import): the minutes for which the market is closed and open in turn.
 */
export function calendarOf(sessions: NonNullable<Story['calendar']>, start: number) {
  const zero = start / 60_000;
  const edges = sessions.flatMap(({ from, until }) => [from / 60, until / 60]);
  const all = [-coveredMinutes, ...edges, coveredMinutes];
  const minutes = all.slice(1).map((edge, i) => edge - (all[i] ?? 0));
  return { sessions: { '*': { from: zero - coveredMinutes, minutes } } };
}
