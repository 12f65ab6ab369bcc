import fc from 'fast-check';

const { SEED, SLOW } = process.env;
/**
 * The seed of every property that names none. It is fixed, so that the same code has the same result. `SEED=random` and
 * `npm run test:slow` draw a new one for each property. `SEED=N` repeats the run that printed N.
 */
const seed = SEED ?? (SLOW === undefined ? '20260105' : 'random');

if (seed !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
