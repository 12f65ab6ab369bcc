import type { Random } from '../clock/random.ts';

/** Returns an id of seven letters and digits; AppConfig's ids have the form `[a-z0-9]{4,7}`. */
export const shortId = (random: Random, key: string): string =>
  Math.floor(random(key) * 36 ** 7)
    .toString(36)
    .padStart(7, '0');
