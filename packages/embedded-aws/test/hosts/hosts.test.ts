import { lstat, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { makeHosts } from '../../src/hosts/hosts.ts';
import { type Image, hostsOf as imageHosts } from '../../src/hosts/image.ts';
import { temporaryFolder } from '../ssm/small-fleet.ts';

const description = {
  name: 'small',
  tags: { 'rollback-fleet': 'trading' },
  platform: { PlatformType: 'Linux', PlatformName: 'Amazon Linux', PlatformVersion: '2023' },
  agentVersion: '3.3.2746.0',
};

/** Builds a host that records its time and PATH, and has a link and a program. */
const build = `
import os, sys
folder, now = sys.argv[1:]
os.makedirs(folder + '/bin')
open(folder + '/built', 'w').write(now + '\\n' + os.environ['PATH'] + '\\n' + str('HOME' in os.environ))
os.symlink('../built', folder + '/bin/link')
open(folder + '/bin/program', 'w').write('')
os.chmod(folder + '/bin/program', 0o755)
`;

async function hostsOf(
  count: number,
  { image = description, script = build }: { image?: Record<string, unknown>; script?: string } = {},
) {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'image'));
  await writeFile(join(folder, 'image', 'image.json'), JSON.stringify(image));
  await writeFile(join(folder, 'image', 'build'), script);
  return makeHosts({
    image: join(folder, 'image'),
    folder: join(folder, 'hosts'),
    count,
    toolbox: inject('toolbox'),
    now: Date.parse('2026-01-05T09:00:00Z'),
  });
}

describe('hosts', () => {
  test('are host-1 to host-N, with instance ids of EC2’s form', async () => {
    const hosts = await hostsOf(16);
    expect([hosts[0], hosts[15]].map((host) => [host?.name, host?.instanceId])).toEqual([
      ['host-1', 'i-00000000000000001'],
      ['host-16', 'i-00000000000000010'],
    ]);
  });

  test('are hybrid nodes, the last ones, with ids of Systems Manager’s form', () => {
    const hosts = imageHosts(description as Image, { count: 3, hybrid: 2 }, (name) => `/${name}`);
    expect(hosts.map(({ name, instanceId }) => [name, instanceId])).toEqual([
      ['host-1', 'i-00000000000000001'],
      ['host-2', 'mi-00000000000000002'],
      ['host-3', 'mi-00000000000000003'],
    ]);
  });

  test('have the description of their image, and are reachable', async () => {
    const [host] = await hostsOf(1);
    expect(host).toMatchObject({
      tags: { 'rollback-fleet': 'trading' },
      platform: { PlatformName: 'Amazon Linux' },
      agentVersion: '3.3.2746.0',
      reachable: true,
    });
  });

  test('are built at the account’s time, with only the account’s tools in the environment', async () => {
    const [host] = await hostsOf(1);
    const built = (await readFile(join(host?.folder ?? '', 'built'), 'utf8')).split('\n');
    expect(built).toEqual(['2026-01-05T09:00:00.000Z', `${inject('toolbox')}:/usr/bin:/bin`, 'True']);
  });

  test('are separate copies: a change to one does not change another', async () => {
    const [one, other] = await hostsOf(2);
    await writeFile(join(one?.folder ?? '', 'built'), 'changed');
    expect(await readFile(join(other?.folder ?? '', 'built'), 'utf8')).not.toBe('changed');
  });

  test('keep links as links and programs as programs', async () => {
    const [, host] = await hostsOf(2);
    const bin = join(host?.folder ?? '', 'bin');
    expect(await readlink(join(bin, 'link'))).toBe('../built');
    expect((await lstat(join(bin, 'program'))).mode & 0o777).toBe(0o755);
  });

  test('are alone in their folder: the pattern of the copies is removed', async () => {
    const [host] = await hostsOf(2);
    expect((await readdir(join(host?.folder ?? '', '..'))).toSorted()).toEqual(['host-1', 'host-2']);
  });

  test('can be zero', async () => {
    expect(await hostsOf(0)).toEqual([]);
  });
});

test('an unknown field of an image is refused by name', async () => {
  await expect(hostsOf(1, { image: { ...description, kernel: '6.1' } })).rejects.toThrow('kernel');
});

test('the error of a failed build contains its output', async () => {
  await expect(hostsOf(1, { script: 'raise SystemExit("no disk left")' })).rejects.toThrow('no disk left');
});
