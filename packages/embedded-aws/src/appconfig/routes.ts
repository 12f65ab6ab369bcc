import type { actions } from './actions.ts';

/** The HTTP form of an action. AppConfig has REST APIs, which put each field into the path, query, header or body. */
export type Route = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `{Name}` is a field of the request. */
  readonly path: string;
  readonly status: number;
  /** Fields of the request by query parameter. */
  readonly query?: Readonly<Record<string, string>>;
  /** Fields of the request by header, in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The field that is the whole body of the request; otherwise the body is a JSON document of fields. */
  readonly body?: string;
  /** Fields of the response by header. */
  readonly responseHeaders?: Readonly<Record<string, string>>;
  /** The field that is the whole body of the response; otherwise the body is a JSON document of fields. */
  readonly responseBody?: string;
};

const paging = { max_results: 'MaxResults', next_token: 'NextToken' };

const hostedVersion = {
  responseHeaders: {
    'Application-Id': 'ApplicationId',
    'Configuration-Profile-Id': 'ConfigurationProfileId',
    'Version-Number': 'VersionNumber',
    Description: 'Description',
    'Content-Type': 'ContentType',
    VersionLabel: 'VersionLabel',
  },
  responseBody: 'Content',
};

const application = '/applications/{ApplicationId}';
const environment = `${application}/environments/{EnvironmentId}`;
const profile = `${application}/configurationprofiles/{ConfigurationProfileId}`;

/** The routes of the actions. Source: the service models of appconfig 2019-10-09 and appconfigdata 2021-11-11. */
export const routes: Readonly<Record<keyof typeof actions, Route>> = {
  CreateHostedConfigurationVersion: {
    method: 'POST',
    path: `${profile}/hostedconfigurationversions`,
    status: 201,
    headers: {
      description: 'Description',
      'content-type': 'ContentType',
      'latest-version-number': 'LatestVersionNumber',
      versionlabel: 'VersionLabel',
    },
    body: 'Content',
    ...hostedVersion,
  },
  GetApplication: { method: 'GET', path: application, status: 200 },
  GetConfigurationProfile: { method: 'GET', path: profile, status: 200 },
  GetDeployment: { method: 'GET', path: `${environment}/deployments/{DeploymentNumber}`, status: 200 },
  GetDeploymentStrategy: { method: 'GET', path: '/deploymentstrategies/{DeploymentStrategyId}', status: 200 },
  GetEnvironment: { method: 'GET', path: environment, status: 200 },
  GetHostedConfigurationVersion: {
    method: 'GET',
    path: `${profile}/hostedconfigurationversions/{VersionNumber}`,
    status: 200,
    ...hostedVersion,
  },
  GetLatestConfiguration: {
    method: 'GET',
    path: '/configuration',
    status: 200,
    query: { configuration_token: 'ConfigurationToken' },
    responseHeaders: {
      'Next-Poll-Configuration-Token': 'NextPollConfigurationToken',
      'Next-Poll-Interval-In-Seconds': 'NextPollIntervalInSeconds',
      'Content-Type': 'ContentType',
      'Version-Label': 'VersionLabel',
    },
    responseBody: 'Configuration',
  },
  ListApplications: { method: 'GET', path: '/applications', status: 200, query: paging },
  ListConfigurationProfiles: {
    method: 'GET',
    path: `${application}/configurationprofiles`,
    status: 200,
    query: { ...paging, type: 'Type' },
  },
  ListDeploymentStrategies: { method: 'GET', path: '/deploymentstrategies', status: 200, query: paging },
  ListDeployments: { method: 'GET', path: `${environment}/deployments`, status: 200, query: paging },
  ListEnvironments: { method: 'GET', path: `${application}/environments`, status: 200, query: paging },
  ListHostedConfigurationVersions: {
    method: 'GET',
    path: `${profile}/hostedconfigurationversions`,
    status: 200,
    query: paging,
  },
  StartConfigurationSession: { method: 'POST', path: '/configurationsessions', status: 201 },
  StartDeployment: { method: 'POST', path: `${environment}/deployments`, status: 201 },
  StopDeployment: {
    method: 'DELETE',
    path: `${environment}/deployments/{DeploymentNumber}`,
    status: 202,
    headers: { 'allow-revert': 'AllowRevert' },
  },
  UpdateEnvironment: { method: 'PATCH', path: environment, status: 200 },
};
