/** The name of a deployed version. A tag of git may be one; `#` may not be in it, because keys of the state table end at it. */
export const versionPattern = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/;
export const versionWords = 'letters, digits and . _ / -, at most 100, such as v1.4.0';
