import type { HostedVersion, Profile } from './configuration.ts';
import { parseFlags, retrieved } from './feature-flags.ts';

/** Retrieved contents by version. Caching is safe because versions never change, and useful because every host polls. */
const cache = new WeakMap<HostedVersion, Buffer>();

/** Returns a version as clients receive it: freeform content unchanged, feature flags as their values alone. */
export function retrievedContent({ type }: Profile, version: HostedVersion): Buffer {
  if (type === 'AWS.Freeform') return version.content;
  const content = cache.get(version) ?? Buffer.from(JSON.stringify(retrieved(parseFlags(version.content))));
  cache.set(version, content);
  return content;
}
