/** How far a trigger is trusted, from least to most: record what would have been done; ask permit; act. */
export const trusts = ['observe', 'approve', 'auto'] as const;
export type Trust = (typeof trusts)[number];

/** A trigger is trusted as far as it and its environment both are. */
export const trustOf = (environment: Trust, trigger: Trust): Trust =>
  trusts.find((trust) => trust === environment || trust === trigger) ?? 'observe';
