import * as z from 'zod';
import { AwsError } from '../../wire/aws-error.ts';
import { action } from '../action.ts';
import { BadRequest } from '../bad-request.ts';
import type { Profile } from '../configuration.ts';
import { parseFlags, stamped } from '../feature-flags.ts';
import { hostedVersionResponse } from '../hosted-version-response.ts';
import { applicationNeed, profileNeed } from '../needs.ts';
import { type AppConfigState, profileOf } from '../state.ts';

/** The largest configuration that the hosted store takes: 1 MB (user guide, "configuration store quotas"). */
const LARGEST = 1_048_576;

/** Stores a new version of a configuration. Clients receive it only after its deployment. */
export const CreateHostedConfigurationVersion = action({
  request: z.strictObject({
    ApplicationId: z.string(),
    ConfigurationProfileId: z.string(),
    Content: z.instanceof(Buffer),
    ContentType: z.string().min(1).max(255),
    Description: z.string().max(1024).optional(),
    LatestVersionNumber: z.int().optional(),
    VersionLabel: z
      .string()
      .max(64)
      .regex(/[^0-9]/)
      .optional(),
  }),
  needs: (state, request) => [
    applicationNeed(state, 'CreateHostedConfigurationVersion', request),
    profileNeed(state, 'CreateHostedConfigurationVersion', request),
  ],
  run: (state, request) => {
    const profile = profileOf(state, request);
    checkLatest(profile, request.LatestVersionNumber);
    checkLabel(profile, request.VersionLabel);
    const version = {
      number: profile.versions.length + 1,
      content: stored(state, profile, request.Content, request.ContentType),
      contentType: request.ContentType,
      description: request.Description,
      label: request.VersionLabel,
    };
    profile.versions.push(version);
    return hostedVersionResponse(profile, version);
  },
});

/** Refuses the request if the caller last read an older version (optimistic locking). */
function checkLatest({ name, versions }: Profile, expected: number | undefined): void {
  if (expected === undefined || expected === versions.length) return;
  const message = `The latest version of ${name} is ${versions.length}, not ${expected}. Read it and try again.`;
  throw new AwsError('ConflictException', message, 409);
}

function checkLabel({ name, versions }: Profile, label: string | undefined): void {
  const taken = label !== undefined && versions.find((version) => version.label === label);
  if (taken) throw new BadRequest(`Version ${taken.number} of ${name} already has the label ${label}.`);
}

function stored({ surroundings }: AppConfigState, { type }: Profile, content: Buffer, contentType: string): Buffer {
  if (content.length > LARGEST) {
    throw new AwsError(
      'PayloadTooLargeException',
      `The content has ${content.length} bytes; the limit is ${LARGEST}.`,
      413,
    );
  }
  if (type === 'AWS.Freeform') return content;
  if (!/^application\/json\b/.test(contentType)) {
    throw new BadRequest(`Feature flags need the content type application/json, got ${contentType}.`);
  }
  return Buffer.from(JSON.stringify(stamped(parseFlags(content), new Date(surroundings.clock.now()).toISOString())));
}
