import * as z from 'zod';
import { action } from '../action.ts';
import { hostedVersionResponse } from '../hosted-version-response.ts';
import { applicationNeed, profileNeed, versionNeed } from '../needs.ts';
import { notFound, profileOf } from '../state.ts';

/** Returns one version of a configuration as it is stored. */
export const GetHostedConfigurationVersion = action({
  request: z.strictObject({ ApplicationId: z.string(), ConfigurationProfileId: z.string(), VersionNumber: z.int() }),
  needs: (state, request) => [
    applicationNeed(state, 'GetHostedConfigurationVersion', request),
    profileNeed(state, 'GetHostedConfigurationVersion', request),
    versionNeed(state, 'GetHostedConfigurationVersion', request),
  ],
  run: (state, request) => {
    const profile = profileOf(state, request);
    const version = profile.versions[request.VersionNumber - 1];
    if (!version) return notFound('HostedConfigurationVersion', `${profile.id}/${request.VersionNumber}`);
    return hostedVersionResponse(profile, version);
  },
});
