import { GetAccountSettingsCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { LambdaQuotas } from '../../domain/ready/account-lines.ts';

/** Returns Lambda's quotas of the account in this Region, and what is used of them. */
export const lambdaQuotasOn = (lambda: LambdaClient) => async (): Promise<LambdaQuotas> => {
  const { AccountLimit = {}, AccountUsage = {} } = await lambda.send(new GetAccountSettingsCommand({}));
  return {
    unreserved: AccountLimit.UnreservedConcurrentExecutions ?? 0,
    codeBytes: AccountLimit.TotalCodeSize ?? 0,
    usedBytes: AccountUsage.TotalCodeSize ?? null,
  };
};
