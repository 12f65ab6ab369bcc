const compiled = new Map<string, RegExp>();

/**
 * Returns whether a text matches an IAM pattern: `*` matches any characters, `?` exactly one.
 *
 * A `*` also matches colons, as at the end of an ARN segment (IAM User Guide, "IAM JSON policy elements: Resource").
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (!expression) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    expression = new RegExp(`^${source}$`, 's');
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}

/** Matches actions and condition keys, which ignore case: `SSM:sendcommand` is `ssm:SendCommand`. */
export const matchesWildcardInAnyCase = (pattern: string, text: string): boolean =>
  matchesWildcard(pattern.toLowerCase(), text.toLowerCase());

/**
 * Returns whether an ARN matches a pattern, part by part.
 *
 * ArnLike compares each of the six parts separately, so a `*` matches only within its part. ArnEquals does the same (IAM
 * User Guide, "Amazon Resource Name (ARN) condition operators").
 */
export function matchesArn(pattern: string, arn: string): boolean {
  const wanted = arnParts(pattern);
  const found = arnParts(arn);
  return wanted.length === found.length && wanted.every((part, index) => matchesWildcard(part, found[index] ?? ''));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}
