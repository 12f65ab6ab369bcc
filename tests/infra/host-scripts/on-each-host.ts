import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type Host, tradingImage } from './host.ts';

/** Gives every test of a file a host of its own, copied from one trading image. */
export function onEachHost(give: (host: Host) => void): void {
  let image: ReturnType<typeof tradingImage>;
  let host: Host;
  beforeAll(() => {
    image = tradingImage();
  });
  afterAll(() => image.remove());
  beforeEach(() => {
    host = image.host();
    give(host);
  });
  afterEach(() => host.remove());
}
