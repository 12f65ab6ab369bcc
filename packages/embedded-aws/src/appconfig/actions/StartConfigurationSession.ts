import * as z from 'zod';
import { uuid } from '../../clock/random.ts';
import { action } from '../action.ts';
import { configurationNeed } from '../needs.ts';
import { type Session, TOKEN_LIFETIME } from '../session.ts';
import { type AppConfigState, notFound } from '../state.ts';

const identifier = z.string().min(1).max(128);
const request = z.strictObject({
  ApplicationIdentifier: identifier,
  EnvironmentIdentifier: identifier,
  ConfigurationProfileIdentifier: identifier,
  RequiredMinimumPollIntervalInSeconds: z.int().min(15).max(86_400).optional(),
});
type Request = z.output<typeof request>;

/** Starts a session and returns the token of its first poll. */
export const StartConfigurationSession = action({
  request,
  needs: (state, request) => {
    const { environment, profile } = requested(state, request);
    const ids = {
      ApplicationId: environment.application.id,
      EnvironmentId: environment.id,
      ConfigurationProfileId: profile.id,
    };
    return [configurationNeed(state, 'StartConfigurationSession', ids)];
  },
  run: (state, request) => {
    const { clock, random } = state.surroundings;
    const { environment, profile } = requested(state, request);
    const key = `appconfig/session/${environment.id}/${profile.id}/${state.sessions.size}`;
    const session: Session = {
      id: uuid(random, key),
      environment,
      profile,
      requiredInterval: request.RequiredMinimumPollIntervalInSeconds,
      polls: 0,
      tokenExpiresAt: clock.now() + TOKEN_LIFETIME,
    };
    state.sessions.set(session.id, session);
    return { InitialConfigurationToken: session.id };
  },
});

/** Returns the environment and the profile that a request names by id or by name. */
function requested(state: AppConfigState, request: Request) {
  const { ApplicationIdentifier, EnvironmentIdentifier, ConfigurationProfileIdentifier } = request;
  const application =
    found(state.applications.values(), ApplicationIdentifier) ?? notFound('Application', ApplicationIdentifier);
  const inApplication = <One extends { application: unknown }>(all: Iterable<One>) =>
    [...all].filter((one) => one.application === application);
  return {
    environment:
      found(inApplication(state.environments.values()), EnvironmentIdentifier) ??
      notFound('Environment', EnvironmentIdentifier),
    profile:
      found(inApplication(state.profiles.values()), ConfigurationProfileIdentifier) ??
      notFound('ConfigurationProfile', ConfigurationProfileIdentifier),
  };
}

const found = <One extends { readonly id: string; readonly name: string }>(all: Iterable<One>, idOrName: string) =>
  [...all].find(({ id, name }) => id === idOrName || name === idOrName);
