import * as z from 'zod';
import { ReleaseRefused } from './errors.ts';

const text = (most: number) => z.string().trim().min(1).max(most);

const schema = z.strictObject({
  operator: text(100),
  reason: text(500),
  /** Names the rollback that must be the holder, so that a tired person does not free another one's fleet. */
  rollback: text(80).optional(),
});

export type ReleaseRequest = z.infer<typeof schema>;

/** The release machine's input. Throws ReleaseRefused, which says what is missing and shows an input that works. */
export function parseReleaseRequest(input: unknown): ReleaseRequest {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
  throw new ReleaseRefused(
    `A release needs who and why: {"operator": "ana", "reason": "host-2 mended by hand"}, and may name the rollback. Found: ${wrong}.`,
  );
}
