import type { SucceedState } from '../machine.ts';
import type { Exit, Visit } from '../visit.ts';

/** Ends the workflow successfully. */
export const succeed = (visit: Visit, state: SucceedState): Promise<Exit> => visit.leave(state, visit.input);
