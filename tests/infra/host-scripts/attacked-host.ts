import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { atEndOfFile } from '../../at-end-of-file.ts';
import { type Environment, Host, python, type Verdict } from './host.ts';

/** The user that owns the tree. No such user exists on the machine, so nothing else belongs to it. */
export const owner = 12345;
const secret = 'SECRET-OF-ROOT';

/** A Python that the owner may start: the one of the tests may lie in root's home. */
const pythonForOwner = ['/usr/bin/python3', python].find(
  (path) => spawnSync(path, ['-c', 'import sqlite3'], { uid: owner, gid: owner }).status === 0,
);

/** Why the attacks cannot be tried here; undefined if they can. */
export const hindrance =
  process.getuid?.() !== 0
    ? 'only root can make the tree of another user'
    : pythonForOwner === undefined
      ? 'needs a python3 that every user may start'
      : undefined;

const market = `import sqlite3
database = sqlite3.connect('outputs/market.db')
database.executescript('''
CREATE TABLE events (timestamp TEXT);
INSERT INTO events VALUES ('2026-01-05 07:00:00'), ('2026-01-05 08:30:00');
''')`;

/** Python by which the owner tries how far the code that the product runs may go. */
const probe = `import json, os
def tried(path, flags):
    try:
        os.close(os.open(path, flags))
        return 'opened'
    except OSError as problem:
        return type(problem).__name__
with open('outputs/probe.json', 'w') as file:
    json.dump({
        'users': os.getresuid() + os.getresgid(),
        'groups': os.getgroups(),
        'descriptors': [int(fd) for fd in os.listdir('/proc/self/fd') if os.path.exists('/proc/self/fd/' + fd) and int(fd) not in (0, 1, 2, file.fileno())],
        'secret': tried('../../outside/secret', os.O_RDONLY),
        'lock': tried('../../var/lib/rollback/lock', os.O_RDWR),
        'memory of the script': tried('/proc/%d/mem' % os.getppid(), os.O_RDWR),
        'descriptors of the script': tried('/proc/%d/fd/0' % os.getppid(), os.O_RDONLY),
    }, file)
`;

const files: Readonly<Record<string, string>> = {
  'app.py': 'v = 1\n',
  'engine/solution.py': 'v = 1\n',
  'engine/backup.py': 'v = 1\n',
  'config/c.json': '{"broken": true}',
  'config/backup/c.json': '{}',
  'outputs/cache/a': 'a',
  'outputs/cache/sub/b': 'b',
  'outputs/run/state.json': '{"trading": "running", "databento": "stopped"}',
  'scripts/reset.sql': 'DELETE FROM events;\n',
  'scripts/script.py': `exec(open('probe.py').read())\nprint('{"healthy": true, "verdict": "HEALTHY", "checks": {}}')\n`,
  'strategies/emergency.py': `exec(open('probe.py').read())\nclass Emergency:\n    def now(self):\n        pass\n`,
  'config_manager.py': `exec(open('probe.py').read())\nclass ConfigManager:\n    pass\n`,
  'probe.py': probe,
};

/** The files of such a host, as it is built. */
let pattern: string | undefined;
function removePattern(): void {
  if (pattern) rmSync(pattern, { recursive: true });
  pattern = undefined;
}

/** A host whose tree belongs to a user without rights, and a folder of root's beside it. */
export class AttackedHost extends Host {
  readonly outside = join(this.root, 'outside');
  readonly secretFile = join(this.outside, 'secret');

  /** Makes a copy of the same host, which is built once: that takes a dozen processes. */
  constructor() {
    super();
    if (pythonForOwner) this.python = pythonForOwner;
    chmodSync(this.root, 0o755);
    if (pattern) execFileSync('cp', ['-a', `${pattern}/.`, this.root]);
    else {
      this.build();
      pattern = `${this.root}-pattern`;
      atEndOfFile(removePattern);
      execFileSync('cp', ['-a', this.root, pattern]);
    }
  }

  private build(): void {
    for (const [path, text] of Object.entries(files)) this.write(`opt/trading/${path}`, text);
    this.write('outside/secret', secret);
    this.write('var/lib/appconfig/app/local/flags.json', '{"data_source": {"enabled": true, "value": "barchart"}}');
    mkdirSync(join(this.root, 'notes'));
    chmodSync(join(this.root, 'notes'), 0o777);
    chmodSync(this.secretFile, 0o600);
    for (const folder of [this.tree, join(this.root, 'var/lib/appconfig')])
      execFileSync('chown', ['-R', `${owner}:${owner}`, folder]);
    this.asOwner(this.python, '-c', market);
    this.asOwner('git', 'init', '-q', '-b', 'main');
    this.commit('stable');
    this.plant('app.py', 'v = 2\n');
    this.plant('engine/solution.py', 'v = 2\n');
    this.commit('failed');
  }

  commit(tag: string): void {
    this.asOwner('git', 'add', 'app.py', 'engine', 'scripts');
    if (this.exists('.gitattributes')) this.asOwner('git', 'add', '.gitattributes');
    this.asOwner('git', '-c', 'user.name=Ana', '-c', 'user.email=a@example.com', 'commit', '-qm', tag);
    this.asOwner('git', 'tag', tag);
  }

  exists(path: string): boolean {
    return lstatSync(join(this.tree, path), { throwIfNoEntry: false }) !== undefined;
  }

  /** Runs a program in the tree with the owner's rights only. */
  asOwner(command: string, ...args: string[]): string {
    const env = { PATH: '/usr/bin:/bin', HOME: '/nonexistent', GIT_CONFIG_GLOBAL: '/dev/null' };
    return execFileSync(command, args, { cwd: this.tree, encoding: 'utf8', env, uid: owner, gid: owner });
  }

  /** Starts Python with the owner's rights; `end` ends it. */
  startAsOwner(code: string) {
    const child = spawn(this.python, ['-c', code], { cwd: this.tree, stdio: 'ignore', uid: owner, gid: owner });
    const ended = new Promise((done) => child.on('close', done));
    return async () => {
      child.kill('SIGKILL');
      await ended;
    };
  }

  /** Writes a file of the owner's into the tree. */
  plant(path: string, text: string): void {
    this.asOwner('sh', '-c', 'mkdir -p "$1" && printf %s "$3" > "$2"', 'sh', dirname(path), path, text);
  }

  /** Puts a link of the owner's into the tree, instead of what is there. */
  plantLink(path: string, target: string): void {
    this.asOwner('rm', '-rf', path);
    this.asOwner('ln', '-s', target, path);
  }

  plantPipe(path: string): void {
    this.asOwner('rm', '-rf', path);
    this.asOwner('mkfifo', path);
  }

  /** Puts a link of root's into the place of the tree, on a way that root alone may change. */
  moveTree(target: string): void {
    rmSync(this.tree, { recursive: true });
    symlinkSync(target, this.tree);
  }

  /** Runs a script, which must end within 100 seconds: one that hangs never ends, and a busy machine is slow. */
  async attacked(script: string, env: Environment = {}): Promise<Verdict> {
    const { pid, outcome } = this.begin(script, env);
    const leader = await pid;
    const timer = setTimeout(() => process.kill(-leader, 'SIGKILL'), 100_000);
    const { stdout, stderr } = await outcome;
    clearTimeout(timer);
    if (`${stdout}${stderr}`.includes(secret)) return { verdict: 'the secret is printed' };
    return stdout === '' ? { verdict: 'no answer in 100 seconds' } : JSON.parse(stdout);
  }

  /** Everything of root's beside the tree: kind, mode, user, group, time of its last change, and content. */
  look(): Record<string, string> {
    const paths = readdirSync(this.outside, { recursive: true, encoding: 'utf8' }).map((name) =>
      join(this.outside, name),
    );
    return Object.fromEntries([this.outside, ...paths].map((path) => [path.slice(this.root.length), lookOf(path)]));
  }

  /** The files that contain the secret, without other names of the file itself. */
  leaks(): string[] {
    const { stdout } = spawnSync('grep', ['-rla', secret, '--exclude-dir=outside', this.root], { encoding: 'utf8' });
    const { ino } = lstatSync(this.secretFile);
    return stdout.split('\n').filter((path) => path !== '' && lstatSync(path).ino !== ino);
  }
}

function lookOf(path: string): string {
  const found = lstatSync(path);
  const content = found.isFile() ? readFileSync(path, 'latin1') : found.isSymbolicLink() ? readlinkSync(path) : '';
  return [found.mode.toString(8), found.uid, found.gid, found.mtimeMs, content].join(' ');
}
