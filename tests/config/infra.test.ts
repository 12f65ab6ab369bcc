import { expect, test } from 'vitest';
import { environmentNames } from '../../config/environment-files.ts';
import { readEnvironment } from '../../config/environments.ts';
import { readRunbooks } from '../../config/infra.ts';

test('reads runbooks in the order of their phases', () => {
  const phases = readRunbooks().map(({ phase }) => phase);
  expect(phases).toEqual(phases.toSorted((a, b) => a - b));
  expect(phases).toContain(1);
});

test.each(environmentNames())('reads environment %s', (name) => {
  expect(readEnvironment(name).fleet.name).toBe('trading');
});

test('the environment local has the embedded account as its endpoint', () => {
  expect(readEnvironment('local')).toMatchObject({
    account: '000000000000',
    endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:/),
  });
});

test.each(['prod', '../environments/local', ''])(
  'refuses the unknown environment %j and lists the known ones',
  (name) => {
    expect(() => readEnvironment(name)).toThrow(
      `Unknown environment "${name}". Known: ${environmentNames().join(', ')} (infra/environments).`,
    );
  },
);
