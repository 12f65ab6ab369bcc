import { describe } from 'vitest';
import { changeable, checkSituations } from './every-situation.ts';

describe('in every possible situation', () => {
  checkSituations(changeable);
});
