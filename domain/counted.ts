/** Returns a count with its noun: "1 host", "3 hosts". Every text with a count uses it, because "1 hosts" reads as a mistake. */
export const counted = (count: number | string | null | undefined, one: string, several = `${one}s`): string =>
  `${count ?? 'an unknown number of'} ${Number(count ?? 0) === 1 ? one : several}`;
