import * as z from 'zod';
import { hostCommandSchema } from './payload.ts';

/** The input that the machines halt and resume give to their functions, beside the part to do. */
export const tradingInvocation = {
  execution: z.object({ id: z.string(), name: z.string(), start_time: z.string(), input: z.unknown() }),
  command: hostCommandSchema,
  documents: z.array(z.object({ name: z.string(), sha256: z.string() })),
  /** The texts of the messages, by name. */
  templates: z.record(z.string(), z.string()),
};
const schema = z.object(tradingInvocation);
export type TradingInvocation = Readonly<z.infer<typeof schema>>;
