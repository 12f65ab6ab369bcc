import type { SendCommandCommandInput } from '@aws-sdk/client-ssm';
import type { HostCommand, Rollback } from '../middleware/payload.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';

/** One command for at most 50 hosts, as the request Systems Manager takes. */
export function sendCommandInput(
  instanceIds: readonly string[],
  { id, document, timeout_seconds, parameters }: HostCommand,
  { rollback, fence, attempt, scope }: { rollback: Rollback; fence: number; attempt: number; scope: RollbackScope },
): SendCommandCommandInput {
  const pinned = scope.documents[document];
  if (!pinned) throw new Error(`Document ${document} was not frozen when ${rollback.id} opened.`);
  const values = { ...parameters, RollbackId: rollback.id, Fence: String(fence), WindowStart: scope.window_start };
  return {
    DocumentName: document,
    DocumentVersion: pinned.version,
    DocumentHash: pinned.hash, // a document changed since the opening is refused, not run
    DocumentHashType: 'Sha256',
    InstanceIds: [...instanceIds], // the frozen hosts; their tag is what IAM checks
    Parameters: {
      executionTimeout: [String(timeout_seconds)],
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]])),
    },
    TimeoutSeconds: 60, // delivery, not execution: the default of 600 is most of a CRITICAL rollback's 15 minutes
    MaxConcurrency: '50', // all of them at once: 50 is also the most ids a command takes
    MaxErrors: '50', // one host's failure must not keep the rollback from the others
    Comment: `${rollback.id}#${id}#${attempt}`.slice(0, 100),
  };
}
