import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { hostCommandSchema } from '../middleware/payload.ts';
import { makeCopies } from './make-copies.ts';
import { agreeOnCommit, type PrepareDeps } from './prepare-the-hosts.ts';

const input = z.object({
  part: z.enum(['agree', 'copy']),
  execution: z.object({ id: z.string(), name: z.string(), start_time: z.string(), input: z.unknown() }),
  fleet: z.string(),
  commands: z.array(z.object({ phase: z.int(), command: hostCommandSchema })),
  documents: z.array(z.object({ name: z.string(), sha256: z.string() })),
});

/** Prepares every host for a deployment, in two parts. Takes no lock; calling a part twice is harmless. */
export const prepareTheHostsHandler = (deps: PrepareDeps) =>
  middy(async ({ part, ...request }: z.infer<typeof input>, context: Context) =>
    (part === 'agree' ? agreeOnCommit : makeCopies)(deps, request, () => context.getRemainingTimeInMillis()),
  ).use(checkedInput(input));
