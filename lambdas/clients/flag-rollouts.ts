import { type AppConfigClient, type DeploymentSummary, ListDeploymentsCommand } from '@aws-sdk/client-appconfig';

/** The states of a deployment that has not ended (AppConfig API, DeploymentSummary). */
const underWay = ['DEPLOYING', 'BAKING', 'VALIDATING', 'ROLLING_BACK'];

export const isUnderWay = ({ State }: DeploymentSummary) => State !== undefined && underWay.includes(State);

/** Agents poll every 15 s, so a minute after a deployment every host has the same flags again. */
const settlingMilliseconds = 60_000;

/**
 * Returns a function that tells whether flags may differ between hosts that were asked at an instant (milliseconds since 1970): a
 * deployment of one of these AppConfig environments was under way then, or had just ended.
 */
export const flagsWereMovingOn =
  (appConfig: AppConfigClient, ApplicationId: string, environments: readonly string[]) =>
  async (askedAt: number): Promise<boolean> => {
    const newest = await Promise.all(
      environments.map((EnvironmentId) =>
        appConfig.send(new ListDeploymentsCommand({ ApplicationId, EnvironmentId, MaxResults: 1 })),
      ),
    );
    return newest.some(({ Items: [last] = [] }) => {
      const ended = last?.CompletedAt?.getTime() ?? 0;
      return (last !== undefined && isUnderWay(last)) || ended > askedAt - settlingMilliseconds;
    });
  };
