import type { HostedVersion, Profile } from './configuration.ts';
import { parseFlags, retrieved } from './feature-flags.ts';

/** Versions never change, and every host reads them again and again. */
const known = new WeakMap<HostedVersion, Buffer>();

/** A version as clients get it: freeform as it is stored, feature flags as their values. */
export function retrievedContent({ type }: Profile, version: HostedVersion): Buffer {
  if (type === 'AWS.Freeform') return version.content;
  const content = known.get(version) ?? Buffer.from(JSON.stringify(retrieved(parseFlags(version.content))));
  known.set(version, content);
  return content;
}
