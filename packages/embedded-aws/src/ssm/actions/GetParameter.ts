import type { GetParameterRequest, GetParameterResult } from '@aws-sdk/client-ssm';
import { AwsError } from '../../wire/aws-error.ts';
import type { Action } from '../../wire/service.ts';
import { parameterArn, parameterNeed, type SsmState } from '../state.ts';
import { refuseOthers } from '../validation.ts';
import type { OnTheWire } from '../wire.ts';

/** Returns a SecureString of the Parameter Store. Without decryption AWS returns its ciphertext, which the account has not. */
export const GetParameter: Action<SsmState, GetParameterRequest, OnTheWire<GetParameterResult>> = {
  needs: (state, { Name = '' }) => [parameterNeed(state, 'ssm:GetParameter', Name)],
  run: ({ parameters, surroundings }, request) => {
    refuseOthers('GetParameter', request, ['Name', 'WithDecryption']);
    const { Name = '', WithDecryption = false } = request;
    const found = parameters.get(Name);
    if (!found) throw new AwsError('ParameterNotFound', `Parameter ${Name} not found.`);
    if (!WithDecryption)
      throw new AwsError('NotSupportedByEmbeddedAccount', 'GetParameter: only WithDecryption true is supported.', 501);
    const { value, version } = found;
    return {
      Parameter: { Name, Type: 'SecureString', Value: value, Version: version, ARN: parameterArn(surroundings, Name) },
    };
  },
};
