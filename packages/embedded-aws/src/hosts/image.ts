import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Host } from '../ssm/host.ts';

/** The file `image.json` of a host image. The program `build DIR NOW` beside it makes one host's root folder. */
const imageSchema = z.strictObject({
  name: z.string(),
  tags: z.record(z.string(), z.string()),
  platform: z.strictObject({ PlatformType: z.literal('Linux'), PlatformName: z.string(), PlatformVersion: z.string() }),
  agentVersion: z.string(),
  /** The program that runs on every host. It receives the time every so many seconds and responds with metrics. */
  process: z
    .strictObject({
      command: z.string(),
      every_seconds: z.int().positive(),
      namespace: z.string(),
      dimension: z.string(),
      /** The name of a second dimension, whose value is the host's id. The program's metrics are then published with it too. */
      host_dimension: z.string().optional(),
    })
    .optional(),
});
export type Image = z.output<typeof imageSchema>;

export const readImage = async (folder: string): Promise<Image> =>
  imageSchema.parse(JSON.parse(await readFile(join(folder, 'image.json'), 'utf8')));

/** The number of hosts. The last `hybrid` of them are outside EC2, registered with Systems Manager as hybrid nodes. */
export type HostCount = { readonly count: number; readonly hybrid?: number | undefined };

/** Returns the hosts host-1 … host-N of an image; `folderOf` names the root folder of each. */
export const hostsOf = (image: Image, { count, hybrid = 0 }: HostCount, folderOf: (name: string) => string): Host[] =>
  Array.from({ length: count }, (_, i) => ({
    instanceId: `${i < count - hybrid ? 'i' : 'mi'}-${(i + 1).toString(16).padStart(17, '0')}`,
    name: `host-${i + 1}`,
    folder: folderOf(`host-${i + 1}`),
    tags: image.tags,
    platform: image.platform,
    agentVersion: image.agentVersion,
    reachable: true,
  }));
