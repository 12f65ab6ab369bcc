import { publishOn } from '../clients/publish.ts';
import { type TellOfTrading, tellOfTradingBy } from '../operations/tell-of-trading.ts';
import type { Clients } from './aws-clients.ts';
import type { Settings } from './settings.ts';

/** Messages about halts and resumes, by the settings of the function. */
export const tradingMessage = ({ sns }: Pick<Clients, 'sns'>, settings: Settings): TellOfTrading =>
  tellOfTradingBy(publishOn(sns, settings('TOPIC_ARN')), {
    runbook: settings('RUNBOOK'),
    contact: settings('TRADING_CONTACT'),
    environment: settings('ENVIRONMENT'),
  });
