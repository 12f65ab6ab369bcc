import * as z from 'zod';
import type { Need } from '../../wire/service.ts';
import { action } from '../action.ts';
import { describedEnvironment } from '../described.ts';
import { applicationNeed, environmentNeed } from '../needs.ts';
import { environmentOf } from '../state.ts';

const monitor = z.strictObject({ AlarmArn: z.string().min(1).max(2048), AlarmRoleArn: z.string().min(20).optional() });

/** Replaces the monitors of an environment. A deployment that is under way keeps the monitors with which it started. */
export const UpdateEnvironment = action({
  request: z.strictObject({
    ApplicationId: z.string(),
    EnvironmentId: z.string(),
    Monitors: z.array(monitor).max(5),
  }),
  needs: (state, request) => [
    applicationNeed(state, 'UpdateEnvironment', request),
    environmentNeed(state, 'UpdateEnvironment', request),
    ...request.Monitors.flatMap(({ AlarmRoleArn }) => passedRole(AlarmRoleArn)),
  ],
  run: (state, request) => {
    const environment = environmentOf(state, request);
    const known = environment.monitors;
    environment.monitors = request.Monitors.map(
      (wanted) => known.find(({ AlarmArn }) => AlarmArn === wanted.AlarmArn) ?? wanted,
    );
    return describedEnvironment(environment);
  },
});

/** AppConfig reads the alarm by this role, so the caller must be allowed to give it the role. */
const passedRole = (resource: string | undefined): Need[] =>
  resource === undefined
    ? []
    : [{ action: 'iam:PassRole', resource, keys: { 'iam:PassedToService': 'appconfig.amazonaws.com' } }];
