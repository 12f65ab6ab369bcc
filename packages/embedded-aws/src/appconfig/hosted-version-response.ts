import type { HostedVersion, Profile } from './configuration.ts';

/** A hosted version without its content, as ListHostedConfigurationVersions returns it. */
export const hostedVersionSummary = (profile: Profile, { number, description, contentType, label }: HostedVersion) => ({
  ApplicationId: profile.application.id,
  ConfigurationProfileId: profile.id,
  VersionNumber: number,
  Description: description,
  ContentType: contentType,
  VersionLabel: label,
});

export const hostedVersionResponse = (profile: Profile, version: HostedVersion) => ({
  ...hostedVersionSummary(profile, version),
  Content: version.content,
});
