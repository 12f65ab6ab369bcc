import { contentHash } from '../content-hash.ts';

/** Hashes of definitions, which are up to 128 KB of text and change with a deployment only. */
const known = new Map<string, string>();
/** The most definitions whose hashes are kept: those of a stack with 20 phases. */
const MOST = 40;

/**
 * Returns the hash of a state machine's definition, as rendered or as deployed. A deployed definition has the ARNs of functions'
 * versions where the rendered file has `${Name}`, and AWS numbers the versions, so both are hashed with the name.
 */
export function definitionHash(definition: string): string {
  const found = known.get(definition) ?? hashed(definition);
  if (known.size >= MOST) known.clear();
  known.set(definition, found);
  return found;
}

const hashed = (definition: string) =>
  contentHash(JSON.parse(definition.replaceAll(versionArn, (_, name: string) => `\${${pascal(name)}}`))).slice(0, 16);

/** arn:aws:lambda:us-east-1:000000000000:function:rollback-local-run-on-hosts:7; no environment's name has a hyphen. */
const versionArn = /arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:rollback-[a-z0-9]+-([a-z-]+):\d+/g;

/** `run-on-hosts` -> `RunOnHosts`, the name of a function in definitions. */
export const pascal = (name: string): string =>
  name.replaceAll(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
