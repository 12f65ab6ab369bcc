import type { Surroundings } from '../wire/service.ts';

export type StsState = Pick<Surroundings, 'accountId' | 'random'>;
