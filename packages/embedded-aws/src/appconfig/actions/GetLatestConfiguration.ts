import * as z from 'zod';
import { uuid } from '../../clock/random.ts';
import { action } from '../action.ts';
import { BadRequest } from '../bad-request.ts';
import { offered } from '../deployment.ts';
import { configurationNeed } from '../needs.ts';
import { retrievedContent } from '../retrieved-content.ts';
import { type Session, TOKEN_LIFETIME } from '../session.ts';
import { type AppConfigState, notFound } from '../state.ts';

/** Seconds between polls for a client that requires no interval; the value in the user guide's examples. */
const DEFAULT_INTERVAL = 60;

/** Polls once: returns the configuration if it changed since the session's last poll, else an empty body. */
export const GetLatestConfiguration = action({
  request: z.strictObject({ ConfigurationToken: z.string() }),
  needs: (state, { ConfigurationToken }) => {
    const { environment, profile } = sessionOf(state, ConfigurationToken);
    const ids = {
      ApplicationId: environment.application.id,
      EnvironmentId: environment.id,
      ConfigurationProfileId: profile.id,
    };
    return [configurationNeed(state, 'GetLatestConfiguration', ids)];
  },
  run: (state, { ConfigurationToken }) => {
    const { clock, random } = state.surroundings;
    const session = sessionOf(state, ConfigurationToken);
    checkInterval(session, clock.now());
    const { environment, profile } = session;
    const version = offered(environment, profile, random(`appconfig/share/${session.id}`), clock.now());
    if (!version) return notFound('Deployment', `of ${profile.name} in ${environment.name}`);
    const token = nextToken(state, ConfigurationToken, { ...session, seen: version });
    return {
      NextPollConfigurationToken: token,
      NextPollIntervalInSeconds: session.requiredInterval ?? DEFAULT_INTERVAL,
      ContentType: version.contentType,
      ...(version === session.seen
        ? { Configuration: Buffer.alloc(0) }
        : { Configuration: retrievedContent(profile, version), VersionLabel: version.label }),
    };
  },
});

function sessionOf({ sessions, surroundings }: AppConfigState, token: string): Session {
  const session = sessions.get(token);
  if (!session) throw refused('The token is unknown or used: each token is valid for one call.', 'Corrupted');
  if (surroundings.clock.now() > session.tokenExpiresAt) throw refused('The token is older than 24 hours.', 'Expired');
  return session;
}

function checkInterval({ requiredInterval, lastPollAt }: Session, now: number): void {
  if (requiredInterval === undefined || lastPollAt === undefined) return;
  if (now >= lastPollAt + requiredInterval * 1000) return;
  throw refused(
    `The session must wait at least ${requiredInterval} s between polls, the interval it required.`,
    'PollIntervalNotSatisfied',
  );
}

/** Replaces the token just used by a new one. */
function nextToken({ sessions, surroundings }: AppConfigState, used: string, session: Session): string {
  const now = surroundings.clock.now();
  const polls = session.polls + 1;
  const token = uuid(surroundings.random, `appconfig/token/${session.id}/${polls}`);
  sessions.delete(used);
  sessions.set(token, { ...session, polls, lastPollAt: now, tokenExpiresAt: now + TOKEN_LIFETIME });
  return token;
}

const refused = (message: string, Problem: 'Corrupted' | 'Expired' | 'PollIntervalNotSatisfied') =>
  new BadRequest(message, {
    Reason: 'InvalidParameters',
    Details: { InvalidParameters: { ConfigurationToken: { Problem } } },
  });
