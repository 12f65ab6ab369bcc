/** Returns the shown ones of a list, and how many more it has: `a, b and 3 more`. `count`: of the whole list. */
export const listed = (shown: readonly string[], count: number, between = ', '): string =>
  `${shown.join(between)}${count > shown.length ? ` and ${count - shown.length} more` : ''}`;
