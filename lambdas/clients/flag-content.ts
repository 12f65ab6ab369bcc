import type { FlagDocument } from '../../domain/infra/flag-document.ts';

/**
 * Returns the flags in a version's content. It is not part of an AWS response's JSON, so no SDK notices that it is damaged. Throws
 * what `failure` makes of the sentence.
 */
export function flagsInContent(
  content: Uint8Array | undefined,
  version: number,
  failure: (sentence: string) => Error,
): FlagDocument {
  const text = Buffer.from(content ?? []).toString('utf8');
  const found = parsed(text);
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found as FlagDocument;
  throw failure(
    `AppConfig returned version ${version} of the flags as text that is no JSON object: ${JSON.stringify(text.slice(0, 60))}.`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
