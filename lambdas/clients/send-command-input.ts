import type { SendCommandCommandInput } from '@aws-sdk/client-ssm';
import { targetVersionOf } from '../../domain/target/chosen-target.ts';
import type { HostCommand, Rollback } from '../middleware/payload.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';

/** Returns the SendCommand request for one command on at most 50 hosts. */
export function sendCommandInput(
  instanceIds: readonly string[],
  { id, document, timeout_seconds, parameters, phase }: HostCommand,
  { rollback, fence, attempt, scope }: { rollback: Rollback; fence: number; attempt: number; scope: RollbackScope },
): SendCommandCommandInput {
  const pinned = scope.documents[document];
  if (!pinned) throw new Error(`Document ${document} was not frozen when ${rollback.id} opened.`);
  const { Target = '' } = parameters;
  const values = {
    ...parameters,
    // Each command is of one phase, which goes back to the version that the opening chose.
    ...(Target === '' ? {} : { Target: targetVersionOf(scope, phase ?? rollback.phase, Target) }),
    RollbackId: rollback.id,
    Fence: String(fence),
    WindowStart: scope.window_start,
    ...(scope.target_commit ? { Commit: scope.target_commit } : {}),
  };
  return {
    DocumentName: document,
    DocumentVersion: pinned.version,
    DocumentHash: pinned.hash, // Systems Manager refuses a document that changed after the opening
    DocumentHashType: 'Sha256',
    InstanceIds: [...instanceIds], // the frozen hosts, by id; IAM checks their tag
    Parameters: {
      executionTimeout: [String(timeout_seconds)],
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]])),
    },
    TimeoutSeconds: 60, // delivery, not execution: the default of 600 is most of a CRITICAL rollback's 15 minutes
    MaxConcurrency: '50', // all of them at once: 50 is also the most ids a command takes
    MaxErrors: '50', // a failure on one host must not stop the others
    Comment: `${rollback.id}#${id}#${attempt}`.slice(0, 100),
  };
}
