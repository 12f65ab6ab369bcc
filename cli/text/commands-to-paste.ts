import { yourName, yourReason } from '../../domain/placeholder.ts';

/** Returns the command that shows a rollback, ready to paste. */
export const showCommand = (rollback: string, environment: string): string =>
  `npm run rollback -- show ${rollback}${environmentWords(environment)}`;

/** Returns the command that releases the fleet of a rollback, to paste once name and reason are filled in. */
export const releaseCommand = (rollback: string, environment: string): string =>
  `npm run rollback -- release --operator "${yourName}" --reason "${yourReason}" --rollback ${rollback}${environmentWords(environment)}`;

/** Commands run against `local` unless they name another environment. */
const environmentWords = (environment: string) => (environment === 'local' ? '' : ` --environment ${environment}`);
