import * as z from 'zod';
import { action } from '../action.ts';
import { describedProfile } from '../described.ts';
import { applicationNeed, profileNeed } from '../needs.ts';
import { profileOf } from '../state.ts';

/** Returns one configuration profile. */
export const GetConfigurationProfile = action({
  request: z.strictObject({ ApplicationId: z.string(), ConfigurationProfileId: z.string() }),
  needs: (state, request) => [
    applicationNeed(state, 'GetConfigurationProfile', request),
    profileNeed(state, 'GetConfigurationProfile', request),
  ],
  run: (state, request) => describedProfile(profileOf(state, request)),
});
