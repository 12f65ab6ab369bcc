import * as z from 'zod';
import type { CheckedAction } from '../../wire/checked-action.ts';
import { type FunctionConfiguration, logGroupOf } from '../function-configuration.ts';
import { RUNTIME } from '../lambda-runtime.ts';

/** The functions of the account. */
export type LambdaState = { readonly list: () => readonly FunctionConfiguration[] };

const request = z.strictObject({ MaxItems: z.unknown().optional(), FunctionVersion: z.unknown().optional() });

/** Lists all functions, on one page, without what the account does not know: sizes and hashes of their code. */
export const ListFunctions: CheckedAction<LambdaState, typeof request, unknown> = {
  request,
  needs: () => [{ action: 'lambda:ListFunctions', resource: '*' }],
  run: ({ list }) => ({
    Functions: list().map((one) => ({
      FunctionName: one.name,
      FunctionArn: one.arn,
      Runtime: RUNTIME,
      Role: one.roleArn,
      Handler: one.handler,
      Timeout: one.timeoutSeconds,
      MemorySize: one.memoryMegabytes,
      Environment: { Variables: one.environment },
      Version: '$LATEST',
      PackageType: 'Zip',
      LoggingConfig: { LogGroup: logGroupOf(one) },
    })),
    NextMarker: null,
  }),
};
