import type { PassState } from '../machine.ts';
import type { Exit, Visit } from '../visit.ts';

/** Passes its input on, or the result of Output. */
export const pass = (visit: Visit, state: PassState): Promise<Exit> => visit.leave(state, visit.input);
