/** `2026-01-05T09:00:10Z`, as the trading system writes an instant. */
export const instant = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

/** `2026-01-05 09:00:10`, as SQLite writes an instant in UTC. */
export const timestamp = (seconds: number): string => instant(seconds).replace('T', ' ').slice(0, 19);

/** Returns seconds since 1970 of either form. */
export const seconds = (text: string): number => Date.parse(`${text.replace(' ', 'T').slice(0, 19)}Z`) / 1000;

/** `20260105-09`, the hour in names of files and keys. */
export const hourOf = (text: string): string => text.slice(0, 13).replaceAll('-', '').replace(/[T ]/, '-');
