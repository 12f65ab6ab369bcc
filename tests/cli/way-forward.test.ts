import { expect, test } from 'vitest';
import { endings } from '../../domain/ending.ts';
import { commandsIn, goForward } from './way-forward.ts';
import { stops, waysForward } from './ways-forward.ts';

test('the commands of a page are read word by word, in lines and in sentences', () => {
  expect(
    commandsIn(
      'See npm run rollback -- show r-1 ; what is not done: npm run rollback -- start --phase 4 --operator "YOUR NAME" --no-wait , and right after it: npm run rollback -- start --phase 3 --operator "YOUR NAME"; skipped.\nnpm run rollback -- release --reason "WHY" --rollback r-1',
    ),
  ).toEqual([
    ['show', 'r-1'],
    ['start', '--phase', '4', '--operator', 'cy', '--no-wait'],
    ['start', '--phase', '3', '--operator', 'cy'],
    ['release', '--reason', 'looked at it', '--rollback', 'r-1'],
  ]);
});

test.each(endings)('the ending %s has a way forward, or is a stop', (ending) => {
  const ways = waysForward.filter(({ name }) => name.startsWith(`${ending}:`) || name.startsWith(`${ending} `));
  expect(ways.length > 0 && ending !== 'Rolled back').toBe(!(ending in stops));
});

// The others take a second each: way-forward.slow.test.ts.
test('from Needs a person, the page alone leads to a healthy fleet', async () => {
  const { refused, healthy, held, last } = await goForward(waysForward[0]);
  expect({ refused, healthy, held, last }).toMatchObject({
    ...{ refused: [], healthy: true, held: false },
    last: expect.stringContaining('[RESOLVED]'),
  });
}, 240_000);
