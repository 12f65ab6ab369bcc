import { describe } from 'vitest';
import { checkSituations } from './every-situation.ts';

// All combinations are three million situations, which take 13 s: every-situation.slow.test.ts. Here at most four facts
// differ from those with which a rollback acts, so a rule that forgets one of them is found.
describe('in every situation in which at most four facts differ from those with which a rollback acts', () => {
  checkSituations(4);
});
