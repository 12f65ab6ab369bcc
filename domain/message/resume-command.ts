import { yourName, yourReason } from '../placeholder.ts';

/** Returns the command that resumes trading. `environmentWords`: the option that names the environment. `despite`: rollbacks of which the person knows. */
export const resumeCommand = (environmentWords: string, despite: readonly string[] = []): string =>
  `npm run rollback -- resume${despite.length > 0 ? ` --despite ${despite.join(' ')}` : ''} --operator "${yourName}" --reason "${yourReason}"${environmentWords}`;
