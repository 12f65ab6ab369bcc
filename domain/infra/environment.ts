import * as z from 'zod';
import { duration, upToFourHours } from '../duration.ts';
import { printableLine } from '../printable.ts';
import { limitMinutes } from '../severity.ts';
import { trusts } from '../trust.ts';

/** At most as long as the documents' parameters take (config/host-document.ts). */
const folder = z
  .string()
  .max(200)
  .regex(/^(?!.*\.\.)\/?[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/, { error: 'a folder such as /opt/trading, without ..' });

/** Where, in which direction, which one: `us-gov-west-1`. Every partition's are called so (botocore, partitions). */
const region = /^[a-z]{2,4}(-[a-z]+)?-(north|south|(north|south)?(east|west)|central)-\d{1,2}$/;

/** How long CloudWatch Logs can keep a log (PutRetentionPolicy, API reference). */
const retentions = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365],
  ...[400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

/** A name and how to reach it; it stands in messages. */
const contact = z
  .string()
  .max(200)
  .regex(printableLine, { error: 'one line, such as Ana, +44 20 7946 0000' })
  .optional();

/** What is worse must be over sooner, or as soon. */
const inOrder = ({ CRITICAL, HIGH, MEDIUM }: { CRITICAL: number; HIGH: number; MEDIUM: number }) =>
  CRITICAL <= HIGH && HIGH <= MEDIUM;
const leftOut = (['CRITICAL', 'HIGH', 'MEDIUM'] as const).map((one) => `${one} ${limitMinutes[one]}m`).join(', ');

const limit = (severity: keyof typeof limitMinutes) => duration.prefault(`${limitMinutes[severity]}m`);

/** infra/environments/NAME.yaml: where the product is placed, and on which hosts it acts. */
export const environmentSchema = z
  .strictObject({
    account: z.string().regex(/^\d{12}$/, { error: 'an AWS account id of twelve digits, in quotes' }),
    region: z.string().regex(region, { error: 'an AWS region such as eu-west-1' }),
    endpoint: z
      .string()
      .regex(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/, { error: 'an address such as http://127.0.0.1:4599' })
      .optional()
      .describe("The embedded account's address; absent where AWS itself is meant."),
    fleet: z.strictObject({
      name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, { error: 'lower-case letters, digits and -' }),
      tag: z
        .strictObject({ key: z.string().min(1).max(128), value: z.string().min(1).max(256) })
        .describe('Hosts that carry this tag are the fleet; IAM lets commands reach no others.'),
    }),
    host: z.strictObject({
      tree: folder.describe("The trading system's git tree."),
      state: folder.describe('Where the product keeps markers, locks and quarantine on a host.'),
      flags: folder.describe('Where the AppConfig agent writes the flags.'),
      redis: folder.describe('Where a Redis of the host listens, a unix socket; a host without that file has none.'),
    }),
    confirm: z
      .strictObject({
        in_a_row: z.int().min(1).max(20).describe('That many good looks in a row are recovery.'),
        every: duration.describe('So long from one look to the next.'),
        give_up: upToFourHours.describe('After so long without them, recovery is not confirmed and a person is asked.'),
      })
      .refine(({ in_a_row, every, give_up }) => in_a_row * every <= give_up, {
        path: ['give_up'],
        error: 'time enough for in_a_row looks, one every `every`',
      })
      .describe('How recovery is confirmed.'),
    log_retention_days: z
      .literal(retentions, { error: `one of ${retentions.join(', ')}` })
      .default(365)
      .describe('How long the logs of functions and state machines are kept. Records and events are kept for ever.'),
    trust: z
      .enum(trusts)
      .default('approve')
      .describe('How far triggers are trusted here at most: observe only records, approve asks permit, auto acts.'),
    contacts: z
      .strictObject({
        L1: contact.describe('Operations team'),
        L2: contact.describe('Technical lead'),
        L3: contact.describe('Engineering manager'),
        L4: contact.describe('CTO'),
        data_vendor: contact,
        cloud: contact,
        database: contact,
      })
      // They travel in functions' settings, of which Lambda takes 4 KB in all.
      .refine((all) => Object.values(all).join('').length <= 700, {
        error: 'contacts of 700 characters in all at most',
      })
      .prefault({})
      .describe('Who is called while a question is unanswered, and who outside can help; named in messages.'),
    questions: z
      .strictObject({
        confirm: duration
          .prefault('15m')
          .describe('So long a HIGH rollback waits for an answer before it looks again.'),
        hand_over: duration.prefault('4h').describe('So long a rollback that cannot go on waits for an operator.'),
        choose: z
          .enum(['rollback', 'fix-forward'])
          .default('rollback')
          .describe('What a MEDIUM rollback does when nobody has chosen.'),
      })
      .prefault({})
      .describe('How long people are waited for, and what follows where nobody answers.'),
    limits: z
      .strictObject({ CRITICAL: limit('CRITICAL'), HIGH: limit('HIGH'), MEDIUM: limit('MEDIUM') })
      .refine(inOrder, { error: `no limit longer than that of what is less severe (left out: ${leftOut})` })
      .prefault({})
      .describe('Within which a rollback must be over, by severity, counted from start_time.'),
    brakes: z
      .strictObject({
        budget: z.int().min(1).max(100).default(3).describe('Rollbacks a phase may have in 24 hours without a permit.'),
        cool_down: duration
          .prefault('30m')
          .describe('So long after a rollback an alarm of its phase asks for a permit.'),
        watch_window: duration.prefault('4h').describe('So long a deployment explains an alarm of its phase.'),
      })
      .prefault({})
      .describe('When a rollback is not started without asking.'),
  })
  // The embedded account's hosts are folders; a command on a real host starts wherever its agent likes.
  .superRefine(({ endpoint, host }, context) => {
    for (const [name, folder] of Object.entries(host))
      if (endpoint === undefined && !folder.startsWith('/'))
        context.addIssue({
          code: 'custom',
          path: ['host', name],
          message: 'an absolute folder: hosts of AWS have no folder of their own',
        });
  })
  // So that editors know it too.
  .meta({ anyOf: [{ required: ['endpoint'] }, { properties: { host: { additionalProperties: { pattern: '^/' } } } }] });

export type Environment = z.infer<typeof environmentSchema>;
