import { CreateHostedConfigurationVersion } from './actions/CreateHostedConfigurationVersion.ts';
import { GetApplication } from './actions/GetApplication.ts';
import { GetConfigurationProfile } from './actions/GetConfigurationProfile.ts';
import { GetDeployment } from './actions/GetDeployment.ts';
import { GetDeploymentStrategy } from './actions/GetDeploymentStrategy.ts';
import { GetEnvironment } from './actions/GetEnvironment.ts';
import { GetHostedConfigurationVersion } from './actions/GetHostedConfigurationVersion.ts';
import { GetLatestConfiguration } from './actions/GetLatestConfiguration.ts';
import { ListApplications } from './actions/ListApplications.ts';
import { ListConfigurationProfiles } from './actions/ListConfigurationProfiles.ts';
import { ListDeploymentStrategies } from './actions/ListDeploymentStrategies.ts';
import { ListDeployments } from './actions/ListDeployments.ts';
import { ListEnvironments } from './actions/ListEnvironments.ts';
import { ListHostedConfigurationVersions } from './actions/ListHostedConfigurationVersions.ts';
import { StartConfigurationSession } from './actions/StartConfigurationSession.ts';
import { StartDeployment } from './actions/StartDeployment.ts';
import { StopDeployment } from './actions/StopDeployment.ts';
import { UpdateEnvironment } from './actions/UpdateEnvironment.ts';

/** The actions of the control plane and the data plane that the account supports, by AWS's names. */
export const actions = {
  CreateHostedConfigurationVersion,
  GetApplication,
  GetConfigurationProfile,
  GetDeployment,
  GetDeploymentStrategy,
  GetEnvironment,
  GetHostedConfigurationVersion,
  GetLatestConfiguration,
  ListApplications,
  ListConfigurationProfiles,
  ListDeploymentStrategies,
  ListDeployments,
  ListEnvironments,
  ListHostedConfigurationVersions,
  StartConfigurationSession,
  StartDeployment,
  StopDeployment,
  UpdateEnvironment,
};
