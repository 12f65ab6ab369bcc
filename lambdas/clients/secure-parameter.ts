import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';

/** A key that was changed is used after this time at the latest. */
const keptMilliseconds = 5 * 60_000;

/**
 * Returns a function that reads a SecureString of the Parameter Store, and keeps it for five minutes. Throws, with the command
 * that stores one, if there is none.
 */
export function secureParameterOn(ssm: SSMClient, Name: string, now: () => number): () => Promise<string> {
  let kept: { readonly value: string; readonly until: number } | undefined;
  return async () => {
    if (kept && now() < kept.until) return kept.value;
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true })).catch((error) => {
      if ((error as Error).name !== 'ParameterNotFound') throw error;
      throw new Error(
        `There is no parameter ${Name}, which holds the pager's routing key. Store it: aws ssm put-parameter --type SecureString --name ${Name} --value KEY`,
      );
    });
    const value = Parameter?.Value ?? '';
    if (value === '') throw new Error(`The parameter ${Name} is empty; it must hold the pager's routing key.`);
    kept = { value, until: now() + keptMilliseconds };
    return value;
  };
}
