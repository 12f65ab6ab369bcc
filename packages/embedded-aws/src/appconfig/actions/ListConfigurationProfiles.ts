import * as z from 'zod';
import { action } from '../action.ts';
import { profileSummary } from '../described.ts';
import { applicationNeed } from '../needs.ts';
import { page, paging } from '../page.ts';
import { applicationOf } from '../state.ts';

/** Lists the configuration profiles of an application, optionally of one type only. */
export const ListConfigurationProfiles = action({
  request: z.strictObject({ ApplicationId: z.string(), Type: z.string().optional(), ...paging }),
  needs: (state, request) => [applicationNeed(state, 'ListConfigurationProfiles', request)],
  run: (state, request) => {
    const application = applicationOf(state, request);
    const profiles = [...state.profiles.values()].filter(
      (one) => one.application === application && (request.Type === undefined || one.type === request.Type),
    );
    return page(profiles, request, profileSummary);
  },
});
