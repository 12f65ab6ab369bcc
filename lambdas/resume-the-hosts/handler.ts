import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { tradingInvocation } from '../middleware/trading-invocation.ts';
import { askHosts } from './ask-hosts.ts';
import { provePeople } from './prove-people.ts';
import { resumeHosts } from './resume-hosts.ts';
import type { Asked, Proved, ResumeDeps } from './resuming.ts';

const input = z.object({
  part: z.enum(['ask', 'prove', 'resume']),
  ...tradingInvocation,
  /** The results of the parts before. */
  asked: z.unknown().optional(),
  proved: z.unknown().optional(),
});

/** Resumes trading on the hosts, in parts. Takes no lock; calling a part twice is harmless. */
export const resumeTheHostsHandler = (deps: ResumeDeps) =>
  middy(async ({ part, asked, proved, ...invocation }: z.infer<typeof input>, context: Context) => {
    if (part === 'ask') return askHosts(deps, invocation);
    if (part === 'prove') return provePeople(deps, invocation, () => context.getRemainingTimeInMillis());
    return resumeHosts(deps, invocation, { asked: asked as Asked, proved: proved as Proved });
  }).use(checkedInput(input));
