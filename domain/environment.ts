import * as z from 'zod';
import { duration } from './duration.ts';

const folder = z.string().regex(/^\/?[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/, { error: 'a folder such as /opt/trading' });

/** How long CloudWatch Logs can keep a log (PutRetentionPolicy, API reference). */
const retentions = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365],
  ...[400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

const fields = z.strictObject({
  account: z.string().regex(/^\d{12}$/, { error: 'an AWS account id of twelve digits, in quotes' }),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: 'an AWS region such as eu-west-1' }),
  /** The embedded account's address; absent where AWS itself is meant. */
  endpoint: z.url({ error: 'an address such as http://127.0.0.1:4599' }).optional(),
  fleet: z.strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, { error: 'lower-case letters, digits and -' }),
    /** Hosts that carry this tag are the fleet; IAM lets commands reach no others. */
    tag: z.strictObject({ key: z.string().min(1).max(128), value: z.string().min(1).max(256) }),
  }),
  host: z.strictObject({
    /** The trading system's git tree. */
    tree: folder,
    /** Where the product keeps markers, locks and quarantine on a host. */
    state: folder,
    /** Where the AppConfig agent writes the flags. */
    flags: folder,
    /** Where a Redis of the host's listens, a unix socket; a host without that file has none. */
    redis: folder,
  }),
  /** How recovery is confirmed. */
  confirm: z.strictObject({
    /** That many good looks in a row. */
    in_a_row: z.int().min(1).max(20),
    every: duration,
    give_up: duration,
  }),
  /** How long the logs of functions and state machines are kept. Records and events are kept for ever. */
  log_retention_days: z.literal(retentions, { error: `one of ${retentions.join(', ')}` }).default(365),
});

/** infra/environments/NAME.yaml: where the product is placed, and on which hosts it acts. */
export const environmentSchema = fields.superRefine(({ endpoint, host }, context) => {
  // The embedded account's hosts are folders; a command on a real host starts wherever its agent likes.
  if (endpoint) return;
  for (const [name, path] of Object.entries(host))
    if (!path.startsWith('/'))
      context.addIssue({
        code: 'custom',
        path: ['host', name],
        input: path,
        message: 'an absolute folder: hosts of AWS have no folder of their own',
      });
});

export type Environment = z.infer<typeof environmentSchema>;
