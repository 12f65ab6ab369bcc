import { expect, test } from 'vitest';
import * as errors from '../../domain/errors.ts';

test.each(Object.entries(errors))('%s carries its own name, which the state machines match', (name, Kind) => {
  expect(new Kind('x').name).toBe(name);
});
