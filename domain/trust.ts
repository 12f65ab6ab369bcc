/**
 * The trust in a trigger, from least to most.
 * `observe` only records what would have been done; `approve` asks for a permit; `auto` acts.
 */
export const trusts = ['observe', 'approve', 'auto'] as const;
export type Trust = (typeof trusts)[number];

/** Returns the lesser trust of the two: a trigger acts only if its environment allows it. */
export const trustOf = (environment: Trust, trigger: Trust): Trust =>
  trusts.find((trust) => trust === environment || trust === trigger) ?? 'observe';
