import type { Random } from '../clock/random.ts';

/** Seven letters and digits, the form of AppConfig's ids: `[a-z0-9]{4,7}`. */
export const shortId = (random: Random, key: string): string =>
  Math.floor(random(key) * 36 ** 7)
    .toString(36)
    .padStart(7, '0');
