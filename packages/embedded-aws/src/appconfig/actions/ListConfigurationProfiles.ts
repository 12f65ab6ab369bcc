import * as z from 'zod';
import { action } from '../action.ts';
import { profileSummary } from '../described.ts';
import { applicationNeed } from '../needs.ts';
import { page, paging } from '../page.ts';
import { applicationOf } from '../state.ts';

/** The configuration profiles of an application, of one type if it is asked for. */
export const ListConfigurationProfiles = action({
  request: z.strictObject({ ApplicationId: z.string(), Type: z.string().optional(), ...paging }),
  needs: (state, request) => [applicationNeed(state, 'ListConfigurationProfiles', request)],
  run: (state, request) => {
    const application = applicationOf(state, request);
    const its = [...state.profiles.values()].filter(
      (one) => one.application === application && (request.Type === undefined || one.type === request.Type),
    );
    return page(its, request, profileSummary);
  },
});
