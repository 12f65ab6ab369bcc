import { closest } from 'fastest-levenshtein';
import { InvalidFile } from '../config/yaml/read-yaml.ts';
import { Interrupted } from './account/interrupt.ts';
import { UsageError } from './account/usage-error.ts';
import { annotate } from './commands/annotate.ts';
import type { Command } from './commands/command.ts';
import { decide } from './commands/decide.ts';
import { deployed } from './commands/deployed.ts';
import { graph } from './commands/graph.ts';
import { local } from './commands/local.ts';
import { health, verify } from './commands/look.ts';
import { plan } from './commands/plan.ts';
import { rehearse } from './commands/rehearse.ts';
import { release } from './commands/release.ts';
import { render } from './commands/render.ts';
import { review } from './commands/review.ts';
import { show } from './commands/show.ts';
import { start } from './commands/start.ts';

const commands: Readonly<Record<string, Command>> = {
  rehearse,
  local,
  plan,
  start,
  show,
  decide,
  health,
  verify,
  release,
  annotate,
  review,
  deployed,
  graph,
  render,
};

const help = `rollback undoes a failed deployment phase on a fleet of trading hosts.

${Object.entries(commands)
  .map(([name, { summary }]) => `  rollback ${name.padEnd(10)} ${summary}`)
  .join('\n')}

Help for one command:
  npm run rollback -- COMMAND --help

Exit codes: 0 done, 1 failed, 2 usage error, 130 interrupted.`;

/** Runs a command line and prints failures on standard error. Returns the exit code. */
export async function rollback([name, ...words]: readonly string[]): Promise<number> {
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      console.log(help);
      return name === undefined ? 2 : 0;
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command)
      throw new UsageError(
        `Unknown command "${name}"; did you mean "${closest(name, Object.keys(commands))}"? List all commands:\n  npm run rollback -- --help`,
      );
    if (words.includes('--help') || words.includes('-h')) {
      console.log(command.help);
      return 0;
    }
    return await command.run(words);
  } catch (error) {
    return printFailure(error);
  }
}

function printFailure(error: unknown): number {
  console.error(error instanceof Error ? error.message : String(error));
  if (error instanceof UsageError || error instanceof InvalidFile) return 2;
  return error instanceof Interrupted ? 130 : 1;
}
