import type { Ending } from '../../domain/ending.ts';
import { messageOfEnding } from '../../domain/message/ending-message.ts';
import type { Unsent } from '../stores/unsent-messages.ts';

export type OweMessageDeps = { readonly unsent: Pick<Unsent, 'owe' | 'oweCalls'> };

/** A rollback that has ended. `at`: ISO 8601. */
export type Told = {
  readonly id: string;
  readonly execution_arn: string;
  readonly phase: number;
  readonly ending: Ending;
  readonly problem: string | null;
  readonly at: string;
};

/**
 * Stores that people must still be told of an ending, before the rollback gives up its phase: from then on nothing else leads
 * Reconcile to it. Its machine sends the message next, unless a person stops the execution just then. If the rollback needs a
 * person, calls about it are owed too, until somebody has heard them.
 */
export async function oweMessage({ unsent }: OweMessageDeps, told: Told): Promise<void> {
  const { id, execution_arn, phase, ending, problem, at } = told;
  const message = messageOfEnding(ending);
  if (ending === 'Needs a person') await unsent.oweCalls(id, at);
  if (message) await unsent.owe({ rollback: id, message, execution_arn, since: at, values: { phase, problem } });
}
