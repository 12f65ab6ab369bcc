import { environmentOption } from '../../domain/message/execution-place.ts';
import { message } from '../../domain/message/message.ts';
import type { Publish } from '../clients/publish.ts';

/** Sends everybody one message about a halt or a resume. Needs no table. Throws if SNS does not take it. */
export type TellOfTrading = (
  template: { readonly name: string; readonly text: string },
  values: Readonly<Record<string, string | number>>,
) => Promise<void>;

export const tellOfTradingBy =
  (
    publish: Publish,
    { runbook, contact, environment }: Readonly<Record<'runbook' | 'contact' | 'environment', string>>,
  ): TellOfTrading =>
  async ({ name, text }, values) => {
    const environment_words = environmentOption(environment);
    const { subject, body, audience } = message(text, { trading_contact: contact, environment_words, ...values });
    // `rollback`: subscribers find what belongs together by this attribute.
    const attributes = { message: name, rollback: String(values['halt_id'] ?? ''), severity: 'CRITICAL', audience };
    await publish(subject, body.replaceAll('docs/runbook.md', runbook), attributes);
  };
