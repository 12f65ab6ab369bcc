import * as z from 'zod';
import { printableLine } from '../printable.ts';
import { triggers } from '../trigger.ts';

/** A script of the customer's in the tree, with its arguments: the characters that the documents' parameters allow. */
export const ownScript = z.strictObject({
  script: z
    .string()
    .max(200)
    .regex(/^(?!.*\.\.)[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*\.py$/, {
      error: 'a Python script below the tree such as scripts/halt_trading.py',
    }),
  arguments: z
    .array(z.string().regex(/^[A-Za-z0-9_.:=/-]{1,70}$/, { error: 'letters, digits and _ . : = / -' }))
    .max(9)
    .default([]),
});

const most = z.int().min(0).max(1_000_000).default(0);

/** Halting and resuming trading: the customer's scripts, and what must be true before trading resumes. */
export const tradingSchema = z.strictObject({
  contact: z
    .string()
    .max(200)
    .regex(printableLine, { error: 'one line, such as Exchange desk, +44 20 7946 0000' })
    .describe('The broker or exchange to call if a host did not confirm a halt; the message names it.'),
  halt: ownScript.describe(
    'Stops order flow and cancels open orders on a host. It must send nothing again, and may be run twice.',
  ),
  orders: ownScript.describe(
    'Prints open_orders, unacknowledged_orders, position_breaks and sequence_gaps as one JSON object; null: not known now.',
  ),
  resume: ownScript.describe('Lets orders flow again on a host.'),
  approvers: z
    .int()
    .min(1)
    .max(5)
    .default(2)
    .describe('The number of verified people who must ask before trading resumes.'),
  allowed: z
    .strictObject({ open_orders: most, unacknowledged_orders: most, position_breaks: most, sequence_gaps: most })
    .prefault({})
    .describe('The most of each with which trading may resume on a host.'),
  halt_on_critical: z
    .array(z.enum(triggers))
    .refine((all) => new Set(all).size === all.length, { error: 'each trigger once' })
    .default([])
    .describe('The CRITICAL triggers whose alarms halt trading at once, beside the rollback. None: only people halt.'),
});
export type TradingRules = z.infer<typeof tradingSchema>;

/** Returns the values of the environment in the machines' commands; empty texts if the product may not halt there. */
export function tradingSettings(trading: TradingRules | undefined): Readonly<Record<string, string>> {
  const words = ({ script, arguments: given }: TradingRules['halt']) => [script, ...given].join(' ');
  return {
    HaltScript: trading?.halt.script ?? '',
    HaltArguments: trading?.halt.arguments.join(' ') ?? '',
    OrdersScript: trading ? words(trading.orders) : '',
    AllowedOrders: Object.entries(trading?.allowed ?? {})
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
    ResumeScript: trading?.resume.script ?? '',
    ResumeArguments: trading?.resume.arguments.join(' ') ?? '',
  };
}
