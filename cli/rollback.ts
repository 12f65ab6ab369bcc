import { Command } from 'commander';
import packageFile from '../package.json' with { type: 'json' };
import { runProgram, withOurErrors } from './program.ts';

/** Every command by its name, in the order of the help. A command line with a known name loads only this command's file. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  show: async () => (await import('./commands/show.ts')).show(),
  status: async () => (await import('./commands/status.ts')).status(),
  history: async () => (await import('./commands/history.ts')).history(),
  stats: async () => (await import('./commands/stats.ts')).stats(),
  report: async () => (await import('./commands/report.ts')).report(),
  measure: async () => (await import('./commands/measure.ts')).measure(),
  backtest: async () => (await import('./commands/backtest.ts')).backtest(),
  trust: async () => (await import('./commands/trust.ts')).trust(),
  plan: async () => (await import('./commands/plan.ts')).plan(),
  drill: async () => (await import('./commands/drill.ts')).drill(),
  health: async () => (await import('./commands/health.ts')).health(),
  verify: async () => (await import('./commands/verify.ts')).verify(),
  'verify-history': async () => (await import('./commands/verify-history.ts')).verifyHistory(),
  evidence: async () => (await import('./commands/evidence.ts')).evidence(),
  page: async () => (await import('./commands/page.ts')).page(),
  console: async () => (await import('./commands/console.ts')).consoleCommand(),
  start: async () => (await import('./commands/start.ts')).start(),
  decide: async () => (await import('./commands/decide.ts')).decide(),
  halt: async () => (await import('./commands/trading.ts')).halt(),
  resume: async () => (await import('./commands/trading.ts')).resume(),
  release: async () => (await import('./commands/release.ts')).release(),
  pause: async () => (await import('./commands/brakes.ts')).pause(),
  unpause: async () => (await import('./commands/brakes.ts')).unpause(),
  arm: async () => (await import('./commands/brakes.ts')).arm(),
  freeze: async () => (await import('./commands/brakes.ts')).freeze(),
  unfreeze: async () => (await import('./commands/brakes.ts')).unfreeze(),
  block: async () => (await import('./commands/brakes.ts')).block(),
  unblock: async () => (await import('./commands/brakes.ts')).unblock(),
  flags: async () => (await import('./commands/flags.ts')).flags(),
  prepare: async () => (await import('./commands/prepare.ts')).prepare(),
  ready: async () => (await import('./commands/ready.ts')).ready(),
  load: async () => (await import('./commands/load.ts')).load(),
  chaos: async () => (await import('./commands/chaos.ts')).chaos(),
  deployed: async () => (await import('./commands/deployed.ts')).deployed(),
  withdraw: async () => (await import('./commands/withdraw.ts')).withdraw(),
  watch: async () => (await import('./commands/watch.ts')).watch(),
  contacts: async () => (await import('./commands/contacts.ts')).contacts(),
  ack: async () => (await import('./commands/ack.ts')).ack(),
  annotate: async () => (await import('./commands/annotate.ts')).annotate(),
  review: async () => (await import('./commands/review.ts')).review(),
  'follow-up': async () => (await import('./commands/follow-up.ts')).followUp(),
  rehearse: async () => (await import('./commands/rehearse.ts')).rehearse(),
  story: async () => (await import('./commands/story.ts')).story(),
  local: async () => (await import('./commands/local.ts')).local(),
  graph: async () => (await import('./commands/graph.ts')).graph(),
  render: async () => (await import('./commands/render.ts')).render(),
  completion: async () => (await import('./commands/completion.ts')).completion(),
};

const about = `
Run it as \`npx rollback …\`, or as \`npm run rollback -- …\`. Help for one command: rollback COMMAND --help

Exit codes: 0 done, 1 failed, 2 usage error, 130 interrupted.`;

/** Returns the whole command line, or the part of it that runs one command. */
export async function program(names = Object.keys(commands)): Promise<Command> {
  const root = new Command('rollback')
    .description('rollback undoes a failed deployment phase on a fleet of trading hosts.')
    .usage('COMMAND [options]')
    // Without this, `rollback deployed --version v1` would print the version of rollback.
    .enablePositionalOptions()
    .version(packageFile.version)
    .helpCommand(false)
    .addHelpText('after', about);
  const loaded = await Promise.all(names.flatMap((name) => commands[name]?.() ?? []));
  withOurErrors(root, loaded);
  return root;
}

/** Runs a command line and prints failures on standard error. Returns the exit code. */
export async function rollback(words: readonly string[]): Promise<number> {
  const [name = '', ...rest] = words[0] === 'help' ? [...words.slice(1), '--help'] : words;
  if (Object.hasOwn(commands, name)) return runProgram(await program([name]), [name, ...rest]);
  const root = await program();
  if (words.length === 0) {
    root.outputHelp();
    return 2;
  }
  // The shell's completion asks for candidates among all commands.
  root.addCommand((await import('./commands/complete.ts')).complete(), { hidden: true });
  // With `--help` commander would show the help of `rollback` for a command that is misspelt.
  return runProgram(root, name.startsWith('-') || name === '__complete' ? [name, ...rest] : [name]);
}
