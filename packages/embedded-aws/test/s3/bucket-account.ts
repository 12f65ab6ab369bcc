import { S3Client } from '@aws-sdk/client-s3';
import { seeded } from '../../src/clock/random.ts';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { s3 } from '../../src/s3/s3.ts';
import { AwsError } from '../../src/wire/aws-error.ts';
import { openEndpoint } from '../../src/wire/endpoint.ts';
import type { Need } from '../../src/wire/service.ts';

export const START = Date.parse('2026-03-02T09:00:00Z');
export const DAY = 86_400_000;

/**
 * Opens S3 behind a real endpoint for a real client, with three buckets: `plain`, `versioned`, and `locked`, whose objects
 * are kept for a day in GOVERNANCE mode.
 */
export async function bucketAccount() {
  const clock = new VirtualClock(START);
  const service = s3({ clock, random: seeded(1), region: 'eu-west-1', accountId: '000000000000', tell: () => {} });
  service.createBucket({ name: 'plain', versioned: false, lock: undefined });
  service.createBucket({ name: 'versioned', versioned: true, lock: undefined });
  service.createBucket({ name: 'locked', versioned: true, lock: { defaults: { mode: 'GOVERNANCE', days: 1 } } });
  const asked: Need[] = [];
  const denied = new Set<string>();
  const endpoint = await openEndpoint({
    port: 0,
    clock,
    services: {},
    httpServices: {
      s3: (request, caller) =>
        service.handle(
          request,
          (needs) => {
            asked.push(...needs);
            const refused = needs.find(({ action }) => denied.has(action));
            if (refused) throw new AwsError('AccessDeniedException', `not authorized to perform: ${refused.action}`);
          },
          caller,
        ),
    },
    control: async () => ({}),
    callerOf: () => ({ arn: 'arn:aws:iam::000000000000:user/ana' }),
    requestId: () => 'request',
    answered: () => false,
    requested: () => {},
  });
  const client = new S3Client({
    endpoint: endpoint.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'ana', secretAccessKey: 'none' },
    maxAttempts: 1,
  });
  const pass = (milliseconds: number) => clock.run(clock.now() + milliseconds);
  const close = async () => {
    client.destroy();
    await endpoint.close();
  };
  return { service, client, asked, denied, pass, close };
}
