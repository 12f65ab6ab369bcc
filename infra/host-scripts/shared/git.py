"""Runs git as the tree's owner, with the owner's own settings: a filter such as that of LFS is often in them.

Nothing is fetched from a network, and no bit in the tree's settings hides what a file holds. Objects are what their
hash says: refs/replace is not obeyed, so one commit means the same content on every host.
"""

import functools
import os
import pwd

from shared.processes import run
from shared.rights import owner_rights

# Settings of the command line outrank those of the tree and of its owner.
SETTINGS = (
    'core.hooksPath=/dev/null',
    'gc.auto=0',
    'submodule.recurse=false',
    'diff.ignoreSubmodules=none',
    # With these, git would not see a change of a file or of its mode.
    'core.fsmonitor=false',
    'core.untrackedCache=false',
    'core.fileMode=true',
    'core.ignoreStat=false',
    'core.trustctime=true',
    'core.checkStat=default',
    # Temporary indexes must not leave parts in the tree's repository.
    'core.splitIndex=false',
    'index.sparse=false',
    # The filter of LFS would download: it gets an address that refuses at once.
    'lfs.url=http://127.0.0.1:1',
    'lfs.transfer.maxretries=1',
    'lfs.concurrenttransfers=1',
)


def git(tree, *arguments, settings=(), given=None, **environment):
    """Runs git and returns its output. `given`: its input as bytes."""
    command = ['git']
    for setting in SETTINGS + ('safe.directory=' + tree,) + tuple(settings):
        command += ['-c', setting]
    with owner_rights():
        code, output, errors = run(
            command + list(arguments), given=given, cwd=tree, env={**git_environment(tree), **environment}
        )
    if code != 0:
        raise SystemExit('git %s failed: %s' % (arguments[0], main_line(errors)))
    return output


def main_line(errors):
    """Returns the line of stderr with git's own reason. A filter may print before it."""
    lines = errors.strip().splitlines() or ['nothing on stderr']
    return next((line for line in lines if line.startswith('fatal: ')), lines[0])


def git_environment(tree):
    return {
        'PATH': os.environ.get('PATH', '/usr/bin:/bin'),
        'LC_ALL': 'C',
        'HOME': home(),
        'GIT_TERMINAL_PROMPT': '0',
        'GIT_OPTIONAL_LOCKS': '0',
        'GIT_LITERAL_PATHSPECS': '1',
        'GIT_NO_REPLACE_OBJECTS': '1',
        'GIT_GRAFT_FILE': '/dev/null',
        # No protocol at all. Unlike protocol.allow, no setting of the tree outranks it. A git before 2.45 does not know
        # GIT_NO_LAZY_FETCH.
        'GIT_ALLOW_PROTOCOL': 'none',
        'GIT_NO_LAZY_FETCH': '1',
        # Without this, git would search parent folders if the tree's own repository is missing.
        'GIT_CEILING_DIRECTORIES': os.path.dirname(tree),
        # For the reflog: without a name, git looks up the host's name over the network.
        'GIT_COMMITTER_NAME': 'rollback',
        'GIT_COMMITTER_EMAIL': 'rollback@localhost',
    }


def home():
    """Returns the home folder of the tree's owner, where git finds the owner's settings."""
    with owner_rights():
        try:
            return pwd.getpwuid(os.geteuid()).pw_dir
        except KeyError:
            return '/nonexistent'


def names(output):
    return [os.fsdecode(name) for name in output.split(b'\0') if name]


def lines_of(found):
    """Returns names as git reads them from its input with -z."""
    return b''.join(os.fsencode(name) + b'\0' for name in found)


@functools.lru_cache(maxsize=None)
def repository_of(tree):
    """Returns the folder that git works on and git's own folder, by one start of git."""
    found = os.fsdecode(git(tree, 'rev-parse', '--show-toplevel', '--absolute-git-dir'))
    top, _, own = found.rstrip('\n').rpartition('\n')
    return top, own


def git_folder(tree):
    return repository_of(tree)[1]


@functools.lru_cache(maxsize=None)
def settings_of(tree):
    """Returns git's settings by name, as they are when a script asks first. A setting without a value is true."""
    found = {}
    for one in names(git(tree, 'config', '--list', '-z')):
        name, _, value = one.partition('\n')
        found[name] = value if '\n' in one else 'true'
    return found


def is_on(settings, name):
    return settings.get(name, '').lower() in ('true', 'yes', 'on', '1')


def head(tree):
    return git(tree, 'rev-parse', 'HEAD').decode().strip()


def literal(paths):
    return [] if paths == ['.'] else paths
