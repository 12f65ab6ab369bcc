import { environmentOption } from '../../domain/message/execution-place.ts';
import { message } from '../../domain/message/message.ts';
import type { Publish } from '../clients/publish.ts';

export type RemindOfProcedureDeps = {
  readonly publish: Publish;
  readonly templates: Readonly<Record<'procedure-review', string>>;
  /** The runbook's address, or its path in this repository. */
  readonly runbook: string;
  readonly environment: string;
};

/** Reminds people that the procedure itself is due for a review. A repeat sends it again. */
export async function remindOfProcedure(deps: RemindOfProcedureDeps): Promise<{ readonly message: string }> {
  const environment_words = environmentOption(deps.environment);
  const { subject, body, audience } = message(deps.templates['procedure-review'], { environment_words });
  await deps.publish(subject, body.replaceAll('docs/runbook.md', deps.runbook), {
    message: 'procedure-review',
    audience,
  });
  return { message: 'procedure-review' };
}
