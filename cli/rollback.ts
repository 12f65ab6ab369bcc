import { closest } from 'fastest-levenshtein';
import { InvalidFile } from '../config/yaml/read-yaml.ts';
import { type Command, UsageError } from './commands/command.ts';
import { decide } from './commands/decide.ts';
import { deployed } from './commands/deployed.ts';
import { graph } from './commands/graph.ts';
import { Interrupted } from './commands/interrupt.ts';
import { local } from './commands/local.ts';
import { health, verify } from './commands/look.ts';
import { plan } from './commands/plan.ts';
import { rehearse } from './commands/rehearse.ts';
import { release } from './commands/release.ts';
import { render } from './commands/render.ts';
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
  deployed,
  graph,
  render,
};

const help = `rollback undoes a failed deployment phase on a fleet of trading hosts.

${Object.entries(commands)
  .map(([name, { summary }]) => `  rollback ${name.padEnd(10)} ${summary}`)
  .join('\n')}

Run \`npm run rollback -- COMMAND --help\` for one of them. Exit codes: 0 done, 1 it failed, 2 it was asked wrongly.`;

/** Does what a command line asks for; answers the exit code. Whatever fails has been said on standard error. */
export async function rollback([name, ...words]: readonly string[]): Promise<number> {
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      console.log(help);
      return name === undefined ? 2 : 0;
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command)
      throw new UsageError(
        `Unknown command "${name}"; did you mean "${closest(name, Object.keys(commands))}"? \`npm run rollback -- --help\` lists them.`,
      );
    if (words.includes('--help') || words.includes('-h')) {
      console.log(command.help);
      return 0;
    }
    return await command.run(words);
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): number {
  console.error(error instanceof Error ? error.message : String(error));
  if (error instanceof UsageError || error instanceof InvalidFile) return 2;
  return error instanceof Interrupted ? 130 : 1;
}
