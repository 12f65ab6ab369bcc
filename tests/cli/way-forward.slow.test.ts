import { expect, test } from 'vitest';
import { goForward } from './way-forward.ts';
import { waysForward } from './ways-forward.ts';

test.each(waysForward)(
  'from $name, the page alone leads to a healthy fleet',
  async (way) => {
    const { pasted, refused, healthy, held, last } = await goForward(way);
    if (!way.mended) expect(pasted).not.toEqual([]); // a host that returns is rolled back by itself
    expect(refused).toEqual([]);
    expect(held).toBe(false);
    expect({ healthy, last }).toEqual({ healthy: true, last: expect.stringContaining(way.last ?? '[RESOLVED]') });
  },
  600_000,
);
