import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Host, tradingImage } from '../../infra/host-scripts/host.ts';

let image: ReturnType<typeof tradingImage>;
let host: Host;

beforeAll(() => {
  image = tradingImage();
  host = image.host();
});
afterAll(() => {
  host.remove();
  image.remove();
});

const systemctl = (words: string) => {
  const { status, stdout } = spawnSync(join(host.root, 'bin/systemctl'), words.split(' '), { encoding: 'utf8' });
  return [status, stdout.trim()];
};

describe("the image's own systemctl", () => {
  test.each<[string, number, string]>([
    ['is-active advanced-monitoring', 0, 'active'],
    ['is-active basic-monitoring', 3, 'inactive'],
    ['stop advanced-monitoring', 0, ''],
    ['start basic-monitoring.service', 0, ''],
    ['stop advanced-monitoring', 0, ''],
    ['is-active advanced-monitoring', 3, 'inactive'],
    ['is-active basic-monitoring', 0, 'active'],
    ['status basic-monitoring', 0, '● basic-monitoring.service\n     Active: active'],
    ['start nothing', 5, ''],
    ['status nothing', 4, ''],
    ['is-active nothing', 3, 'inactive'],
  ])('%s exits with %i', (words, code, output) => expect(systemctl(words)).toEqual([code, output]));

  test("names itself in its usage, so that nobody takes it for systemd's", () => {
    const { status, stderr } = spawnSync(join(host.root, 'bin/systemctl'), ['daemon-reload'], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringContaining("this is the image's own, not systemd's")]);
  });
});
