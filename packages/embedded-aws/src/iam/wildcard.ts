const compiled = new Map<string, RegExp>();

/**
 * Whether a text matches a pattern of IAM: `*` is any characters, `?` exactly one.
 *
 * A `*` crosses colons, as it may at the end of an ARN segment (IAM User Guide, "IAM JSON policy elements: Resource").
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

/** Actions and condition keys have no case: `SSM:sendcommand` is `ssm:SendCommand`. */
export const matchesWildcardInAnyCase = (pattern: string, text: string): boolean =>
  matchesWildcard(pattern.toLowerCase(), text.toLowerCase());

/**
 * Whether an ARN matches a pattern, part by part.
 *
 * ArnLike checks each of the six parts separately, so that a `*` stays within its part; ArnEquals does the same (IAM
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
