import type { PassState } from '../machine.ts';
import type { Exit, Visit } from '../visit.ts';

/** Passes its input on, or what Output makes of it. */
export const pass = (visit: Visit, state: PassState): Promise<Exit> => visit.leave(state, visit.input);
