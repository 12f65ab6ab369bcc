import * as z from 'zod';
import { duration, durationLike, upToFourHours } from '../duration.ts';
import { printableLine } from '../printable.ts';
import { limitMinutes } from '../severity.ts';
import { trusts } from '../trust.ts';
import { fewIllRules } from '../witness/host-witness.ts';
import { venuesSchema } from './calendar-file.ts';
import { holdSchema } from './hold.ts';
import { protectedPaths, unprotectable } from './protected.ts';
import { ownScript, tradingSchema } from './trading.ts';
import { statistics } from './triggers-file.ts';

/** At most 200 characters, the limit of the documents' parameters (config/host-document.ts). */
const folder = z
  .string()
  .max(200)
  .regex(/^(?!.*\.\.)\/?[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/, { error: 'a folder such as /opt/trading, without ..' });

/** A file or folder below the tree. Twenty of these fit into a parameter of 1,000 characters with what the runbooks name. */
const ownPath = z
  .string()
  .max(40)
  .regex(/^(?!.*\.\.)[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/, {
    error: 'a path below the tree such as config/host.yaml',
  });

/** Area, direction and number: `us-gov-west-1`. The regions of every partition follow this pattern (botocore, partitions). */
const region = /^[a-z]{2,4}(-[a-z]+)?-(north|south|(north|south)?(east|west)|central)-\d{1,2}$/;

/** The retentions that CloudWatch Logs accepts, in days (PutRetentionPolicy, API reference). */
const retentions = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365],
  ...[400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

/** A name with a phone number or address; messages show it. */
const contact = z
  .string()
  .max(200)
  .regex(printableLine, { error: 'one line, such as Ana, +44 20 7946 0000' })
  .optional();

const days = z.int().min(1).max(366);

/** Shorter, both reminders would come at once; longer, nobody would remember the rollback. */
const reviewTime = durationLike(
  /^([1-9]|[1-9]\d|[1-6]\d\d|7[01]\d|720)h$/,
  'whole hours from 1h to 720h, which is 30 days',
);

/** Every rollback within this time is read before each decision, so it must be short. */
const upToADay = durationLike(
  /^(([1-9]|1\d|2[0-4])h|([1-9]\d{0,2}|1[0-3]\d\d|14[0-3]\d|1440)m|[1-9]\d{0,3}s)$/,
  'at most 24h, such as 30m or 1h',
);

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'a time in UTC such as "02:00", in quotes' });

/** The limit of a worse severity must not be longer. */
const inOrder = ({ CRITICAL, HIGH, MEDIUM }: { CRITICAL: number; HIGH: number; MEDIUM: number }) =>
  CRITICAL <= HIGH && HIGH <= MEDIUM;
const defaults = (['CRITICAL', 'HIGH', 'MEDIUM'] as const).map((one) => `${one} ${limitMinutes[one]}m`).join(', ');

const limit = (severity: keyof typeof limitMinutes) => duration.prefault(`${limitMinutes[severity]}m`);

/** infra/environments/NAME.yaml: the account and region of the product, its hosts, and its settings. */
export const environmentSchema = z
  .strictObject({
    account: z.string().regex(/^\d{12}$/, { error: 'an AWS account id of twelve digits, in quotes' }),
    region: z.string().regex(region, { error: 'an AWS region such as eu-west-1' }),
    endpoint: z
      .string()
      .regex(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/, { error: 'an address such as http://127.0.0.1:4599' })
      .optional()
      .describe("The embedded account's address; leave it out for AWS itself."),
    fleet: z.strictObject({
      name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, { error: 'lower-case letters, digits and -' }),
      tag: z
        .strictObject({ key: z.string().min(1).max(128), value: z.string().min(1).max(256) })
        .describe('The fleet is every host with this tag; IAM allows commands to no other host.'),
    }),
    host: z.strictObject({
      tree: folder.describe("The trading system's git tree."),
      state: folder.describe('The folder for the markers, locks and quarantine of the product on a host.'),
      flags: folder.describe('The folder into which the AppConfig agent writes the flags.'),
      redis: folder.describe("The unix socket of the host's Redis; a host without this file has no Redis."),
      python: folder
        .default('python3')
        .describe(
          "The Python that runs the trading system's own code: a path such as /opt/trading/.venv/bin/python, or a name on the PATH.",
        ),
      protected: protectedPaths.describe(
        'Paths that no step may take, move, restore over or remove: FIX stores, journals, order databases. Below the tree, or absolute.',
      ),
    }),
    confirm: z
      .strictObject({
        in_a_row: z.int().min(1).max(20).describe('Number of good checks in a row that confirm recovery.'),
        every: duration.describe('Time from one check to the next.'),
        give_up: upToFourHours.describe(
          'Recovery is not confirmed, and a person is asked, if it takes longer than this.',
        ),
      })
      .refine(({ in_a_row, every, give_up }) => in_a_row * every <= give_up, {
        path: ['give_up'],
        error: 'enough time for in_a_row checks, one every `every`',
      })
      .describe('The checks that confirm recovery.'),
    log_retention_days: z
      .literal(retentions, { error: `one of ${retentions.join(', ')}` })
      .default(365)
      .describe(
        'Days for which the logs of functions and state machines are kept. Records and events are kept for ever.',
      ),
    trust: z
      .enum(trusts)
      .default('approve')
      .describe('The highest trust of any trigger here: observe only records, approve asks for a permit, auto acts.'),
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
      // Functions receive the contacts as environment variables, of which Lambda allows 4 KB in total.
      .refine((all) => Object.values(all).join('').length <= 700, {
        error: 'contacts of at most 700 characters in total',
      })
      .prefault({})
      .describe('The people to call while a question is unanswered, and external contacts; messages name them.'),
    runbook: z
      .string()
      .max(200)
      .regex(/^(docs\/runbook\.md|https:\/\/[^\s#]+)$/, {
        error: 'an https address without #, such as https://wiki.example.com/rollback/runbook.md',
      })
      .default('docs/runbook.md')
      .describe('The address at which people read docs/runbook.md; messages link to its headings.'),
    access_portal: z
      .string()
      .regex(/^https:\/\/[a-z0-9.-]+\/start$/, {
        error: 'the address of an access portal such as https://d-1234567890.awsapps.com/start',
      })
      .optional()
      .describe(
        'The access portal of IAM Identity Center: links to incident pages lead through it. Leave it out to link to the console.',
      ),
    questions: z
      .strictObject({
        confirm: duration
          .prefault('15m')
          .describe('Time for which a HIGH rollback waits for an answer before it checks its alarm again.'),
        hand_over: duration
          .prefault('4h')
          .describe('Time for which a rollback that cannot continue waits for an operator.'),
        choose: z
          .enum(['rollback', 'fix-forward'])
          .default('rollback')
          .describe('The action of a MEDIUM rollback if nobody chooses.'),
      })
      .prefault({})
      .describe('The time that people have to answer, and the action if nobody answers.'),
    limits: z
      .strictObject({ CRITICAL: limit('CRITICAL'), HIGH: limit('HIGH'), MEDIUM: limit('MEDIUM') })
      .refine(inOrder, { error: `no limit longer than the limit of a lesser severity (defaults: ${defaults})` })
      .prefault({})
      .describe('Time within which a rollback must be over, per severity, counted from start_time.'),
    chat: z
      .strictObject({})
      .optional()
      .describe(
        'Posts every message to a topic of its own in the form that Slack and Teams show. Leave it out for none.',
      ),
    pager: z
      .strictObject({
        routing_key_parameter: z
          .string()
          .regex(/^\/[a-zA-Z0-9_.-]+(\/[a-zA-Z0-9_.-]+)*$/, {
            error: 'the name of a parameter such as /rollback/pager',
          })
          .max(200)
          .describe("The SecureString of the Parameter Store that holds the pager's routing key."),
        endpoint: z
          .string()
          .regex(/^(https:\/\/[^\s#?]+|\/_received\/[a-z-]+)$/, {
            error: 'an https address, or /_received/NAME on an embedded account',
          })
          .default('https://events.pagerduty.com/v2/enqueue')
          .describe('The address of the PagerDuty Events API v2, such as that of its service region in Europe.'),
      })
      .optional()
      .describe('Sends pages to PagerDuty. Leave it out for none.'),
    history_export: z
      .strictObject({
        mode: z
          .enum(['GOVERNANCE', 'COMPLIANCE'])
          .default('GOVERNANCE')
          .describe('GOVERNANCE: an administrator may remove it with a special right. COMPLIANCE: nobody can, ever.'),
        days: z
          .int()
          .min(1)
          .max(36_500)
          .default(1827)
          .describe('Days for which every exported object is locked. A longer time later holds for new objects only.'),
      })
      .prefault({})
      .describe("S3's Object Lock on the copy of the history that nobody changes (docs/deploy.md)."),
    review: z
      .strictObject({
        within: reviewTime
          .prefault('72h')
          .describe('Time from the end of the rollback, after which an alarm goes red; reminders come at 50 and 80 %.'),
      })
      .prefault({})
      .describe('The review, by a second person, of a CRITICAL rollback that acted without an answer of a person.'),
    follow_up: z
      .boolean()
      .default(true)
      .describe(
        'Begin a follow-up when a rollback ends. false: only a person begins one, by rollback follow-up ID --begin.',
      ),
    drills: z
      .strictObject({
        from: timeOfDay.describe('The time of day, in UTC, from which a drill may begin.'),
        within: upToADay.prefault('1h').describe('Each drill begins at a random moment within this time after that.'),
        shuffled: z
          .boolean()
          .default(false)
          .describe('The phases and triggers come in an order that looks random; without it, phase by phase.'),
      })
      .optional()
      .describe('Drills by schedule: each pair of trigger and phase once a month. Leave it out for none.'),
    chaos: z
      .strictObject({})
      .optional()
      .describe(
        'Allows `rollback chaos` to put faults on the hosts of this environment. Only for hosts that do not trade: never in production.',
      ),
    load: ownScript
      .optional()
      .describe(
        'Your own load test, which `rollback load` runs on every host with --phase N. It prints one JSON object, and exits 0 only if it passed. For staging.',
      ),
    anomalies: z
      .array(
        z.strictObject({
          metric: z.string().regex(/^[A-Z][A-Za-z]+$/, { error: 'a metric name such as LatencyMs' }),
          statistic: z.enum(statistics).default('Average'),
          band: z
            .number()
            .min(1)
            .max(10)
            .default(3)
            .describe('The width of the band of usual values, in standard deviations.'),
          side: z.enum(['above', 'below', 'either']).default('above').describe('The side of the band that is unusual.'),
          period: durationLike(/^([1-9]|[1-5]\d|60)m$/, 'whole minutes from 1m to 60m').prefault('5m'),
          periods: z.int().min(1).max(12).default(3).describe('Consecutive periods that must be unusual.'),
        }),
      )
      .max(5)
      .refine((all) => new Set(all.map(({ metric }) => metric)).size === all.length, { error: 'each metric once' })
      .default([])
      .describe(
        'Alarms per phase on values that are unusual for the time of day and week, beside the thresholds of triggers.yaml. They tell the operators and start no rollback.',
      ),
    ready: z
      .strictObject({
        load_days: days
          .default(30)
          .describe('Days after which a phase needs another load test, if the environment names one.'),
        drill_days: days.default(30).describe('Days after which a phase needs another drill that passed.'),
        contacts_days: days.default(90).describe('Days after which a person must confirm the contacts again.'),
        trust_days: days
          .default(90)
          .describe('Days after which trust: auto needs a new backtest and new drills (rollback trust).'),
      })
      .prefault({})
      .describe('How old the evidence of `rollback ready` may be.'),
    fleet_truth: z
      .strictObject({
        own: z
          .array(ownPath)
          .max(20)
          .default([])
          .describe(
            "Paths in the host's tree whose files differ from host to host by design, such as config/host.yaml.",
          ),
        files: z
          .strictObject({ from: timeOfDay, within: upToADay.prefault('1h') })
          .optional()
          .describe(
            'When every host reads all its files once a day, at the lowest priority: from this time in UTC, within that time. Leave it out for never.',
          ),
        build: folder
          .optional()
          .describe(
            'The file into which the trading system writes the build that it runs, a tag or a commit; leave it out if it writes none.',
          ),
        process: z
          .string()
          .regex(/^[A-Za-z0-9_.-]{1,100}$/, { error: 'a systemd service such as trading.service' })
          .optional()
          .describe(
            'The systemd service of the trading system: its process must be younger than the checkout. Leave it out if it loads code while it runs.',
          ),
      })
      .prefault({})
      .describe('What hosts are not compared by, and what they are compared by beside their tree and flags.'),
    trading: tradingSchema
      .optional()
      .describe('Halting and resuming trading. Leave it out if the product may do neither.'),
    venues: venuesSchema
      .optional()
      .describe(
        'The venues whose sessions count for watch window, cool-down, baseline and silence. Leave it out if the hosts trade at all hours.',
      ),
    hold: holdSchema
      .optional()
      .describe(
        'The script that holds deployments on hosts while a rollback works. Leave it out if nothing else deploys there.',
      ),
    brakes: z
      .strictObject({
        budget: z.int().min(1).max(100).default(3).describe('Rollbacks per phase in 24 hours that need no permit.'),
        cool_down: duration
          .prefault('30m')
          .describe('Time after a rollback during which an alarm of the same phase needs a permit.'),
        watch_window: duration
          .prefault('4h')
          .describe('Time after a deployment during which it explains an alarm of its phase.'),
        hosts: z
          .strictObject({
            most: z.int().min(1).max(10_000).describe('The most hosts, each counted once, across all phases.'),
            within: upToADay.describe('The time within which automation touches no more hosts than that.'),
          })
          .optional()
          .describe('The most hosts that automation may touch within a time; leave it out for no cap.'),
        canary: z
          .array(z.string().max(100).regex(printableLine, { error: 'the name of a host such as host-1' }))
          .min(1)
          .max(20)
          .refine((all) => new Set(all).size === all.length, { error: 'each host once' })
          .optional()
          .describe(
            'The canary group: these hosts get a version first, and the others once its watch window has passed there. Leave it out for none.',
          ),
        few_ill: z
          .enum(fewIllRules)
          .default('ask')
          .describe(
            'One host, or up to 5 % of the hosts, is ill while its peers are well: ask for a permit, act on these hosts alone, or all: no host is looked at first.',
          ),
      })
      .prefault({})
      .describe('The conditions under which an alarm needs a permit before a rollback acts.'),
  })
  // Hosts of the embedded account are folders, so theirs may be relative. On a real host the working directory is unknown.
  // A name without a slash is looked up on the PATH.
  .superRefine(({ endpoint, host, pager, anomalies }, context) => {
    if (endpoint !== undefined && anomalies.length > 0)
      context.addIssue({
        code: 'custom',
        path: ['anomalies'],
        message: 'none: an embedded account learns no band of usual values (ANOMALY_DETECTION_BAND)',
      });
    if (endpoint === undefined && pager?.endpoint.startsWith('/'))
      context.addIssue({
        code: 'custom',
        path: ['pager', 'endpoint'],
        message: 'an https address: only an embedded account has receivers',
      });
    for (const [i, path] of host.protected.entries()) {
      const message = unprotectable(path, host);
      if (message) context.addIssue({ code: 'custom', path: ['host', 'protected', i], message });
    }
    const { protected: _, ...folders } = host;
    for (const [name, folder] of Object.entries(folders))
      if (endpoint === undefined && !folder.startsWith('/') && (name !== 'python' || folder.includes('/')))
        context.addIssue({
          code: 'custom',
          path: ['host', name],
          message: 'an absolute path: only hosts of the embedded account may have a relative one',
        });
  })
  // Editors check the same rule through the JSON schema.
  .meta({
    anyOf: [
      { required: ['endpoint'] },
      {
        properties: {
          host: {
            properties: { python: { pattern: '^(/|[^/]+$)' }, protected: {} },
            additionalProperties: { pattern: '^/' },
          },
        },
      },
    ],
  });

export type Environment = z.infer<typeof environmentSchema>;
