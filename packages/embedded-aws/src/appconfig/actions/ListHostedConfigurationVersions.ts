import * as z from 'zod';
import { action } from '../action.ts';
import { hostedVersionSummary } from '../hosted-version-response.ts';
import { applicationNeed, profileNeed } from '../needs.ts';
import { page, paging } from '../page.ts';
import { profileOf } from '../state.ts';

/** Lists the versions of a configuration, the latest first. */
export const ListHostedConfigurationVersions = action({
  request: z.strictObject({ ApplicationId: z.string(), ConfigurationProfileId: z.string(), ...paging }),
  needs: (state, request) => [
    applicationNeed(state, 'ListHostedConfigurationVersions', request),
    profileNeed(state, 'ListHostedConfigurationVersions', request),
  ],
  run: (state, request) => {
    const profile = profileOf(state, request);
    return page(profile.versions.toReversed(), request, (version) => hostedVersionSummary(profile, version));
  },
});
