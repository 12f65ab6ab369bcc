/** Returns whether a name is another one or ends with it after a hyphen: `app-open` is named `open`, `app-reopen` is not. */
export const isNamed = (name: string, wanted: string): boolean => name === wanted || name.endsWith(`-${wanted}`);
