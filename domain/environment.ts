import * as z from 'zod';
import { duration } from './duration.ts';
import { unprintable } from './printable.ts';
import { limitMinutes } from './severity.ts';
import { trusts } from './trust.ts';

const folder = z.string().regex(/^\/?[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/, { error: 'a folder such as /opt/trading' });

/** A name and how to reach it; it stands in messages. */
const contact = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => !unprintable.test(text), { error: 'one line, such as Ana, +44 20 7946 0000' })
  .optional();

const limit = (severity: keyof typeof limitMinutes) => duration.prefault(`${limitMinutes[severity]}m`);

/** infra/environments/NAME.yaml: where the product is placed, and on which hosts it acts. */
export const environmentSchema = z.strictObject({
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
  }),
  /** How recovery is confirmed. */
  confirm: z.strictObject({
    /** That many good looks in a row. */
    in_a_row: z.int().min(1).max(20),
    every: duration,
    give_up: duration,
  }),
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
    .prefault({})
    .describe('Who is called while a question is unanswered, and who outside can help; named in messages.'),
  questions: z
    .strictObject({
      confirm: duration.prefault('15m').describe('So long a HIGH rollback waits for an answer before it looks again.'),
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
    .prefault({})
    .describe('Within which a rollback must be over, by severity, counted from start_time.'),
  brakes: z
    .strictObject({
      budget: z.int().min(1).max(100).default(3).describe('Rollbacks a phase may have in 24 hours without a permit.'),
      cool_down: duration.prefault('30m').describe('So long after a rollback an alarm of its phase asks for a permit.'),
      watch_window: duration.prefault('4h').describe('So long a deployment explains an alarm of its phase.'),
    })
    .prefault({})
    .describe('When a rollback is not started without asking.'),
});

export type Environment = z.infer<typeof environmentSchema>;
