import { environmentWords } from '../message/execution-place.ts';
import { yourName, yourReason } from '../placeholder.ts';
import type { HeldFleet } from './observation.ts';

/** Returns, in words, how a person frees the fleet from a holder that waits for an operator. `state`: where it stopped. */
export const howToAnswer = (
  { execution_arn, rollback }: Pick<HeldFleet, 'rollback' | 'execution_arn'>,
  deadline: string,
  state?: string,
) =>
  `Rollback ${rollback} stopped${state ? ` at "${state}"` : ''} and waits for an operator until ${deadline} (docs/runbook.md#hand-over). Its answers: npm run rollback -- show ${rollback}${environmentWords(execution_arn)} . To end it and free the fleet: ${releaseOf({ rollback, execution_arn })}`;

/** Returns, in words, the commands with which a person frees the fleet from its holder. */
export const howToFreeFleet = ({
  status,
  rollback,
  execution_arn,
}: Pick<HeldFleet, 'status' | 'rollback' | 'execution_arn'>) => {
  const release = releaseOf({ rollback, execution_arn });
  return status === 'RUNNING'
    ? `Rollback ${rollback} still runs: let it end, or stop it (aws stepfunctions stop-execution --execution-arn ${execution_arn}) and then release the fleet: ${release}`
    : `Rollback ${rollback} ended ${status}: if the hosts are safe, release the fleet: ${release}`;
};

const releaseOf = ({ rollback, execution_arn }: Pick<HeldFleet, 'rollback' | 'execution_arn'>) =>
  `npm run rollback -- release --rollback ${rollback} --operator "${yourName}" --reason "${yourReason}"${environmentWords(execution_arn)}`;
