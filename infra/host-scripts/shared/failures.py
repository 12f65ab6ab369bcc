"""Words for what the operating system refuses: a person reads them at night, and Python's own name for it does not help.

Every step and the wrapper may run again, so the words end with what to do before a retry.
"""

import errno
import os
import sys

FREE, DISK = 'free space there', 'look at dmesg and repair the disk or its mount'
OWNER = 'correct its owner or mode; if lsattr shows i or a, run chattr -i or -a'
REMEDIES = {
    errno.ENOSPC: FREE,
    errno.EDQUOT: FREE + ' or raise the quota',
    errno.EFBIG: 'raise the limit of its size',
    errno.EROFS: DISK,
    errno.EIO: DISK,
    errno.EUCLEAN: DISK,
    errno.ESTALE: 'mount its network file system again',
    errno.ETIMEDOUT: 'mount its network file system again',
    errno.EACCES: OWNER,
    errno.EPERM: OWNER,
    errno.EBUSY: 'stop what uses it, or unmount it',
    errno.ETXTBSY: 'stop the program that runs from it',
    errno.EMFILE: "raise the limit of open files of the agent's service",
    errno.ENFILE: 'stop what holds so many files open on the host',
    errno.EAGAIN: 'stop what holds so many processes on the host',
    errno.ENOMEM: 'stop what uses the memory of the host',
    errno.ELOOP: 'remove the link',
    errno.ENAMETOOLONG: 'move it to a shorter path',
}
CHANGED = 'stop what changes it'
# By words of SQLite's own messages.
DATABASE_REMEDIES = {
    'locked': 'Stop what holds it',
    'is full': 'Free space there',
    'I/O error': 'Look at dmesg and repair the disk or its mount',
    'readonly': 'Correct its owner, mode or mount',
    'unable to open': 'Correct its owner or mode',
    'malformed': 'Repair it, or restore it from a backup',
    'not a database': 'Repair it, or restore it from a backup',
    'no such collation': "Only the customer's own program has it: change the rows by hand",
    'foreign key mismatch': 'Correct that foreign key in its schema',
}


def sentence_of(problem):
    """Returns what was found and what to do about an error of the operating system."""
    if isinstance(problem, MemoryError):
        return 'The host has too little memory; %s, then retry' % REMEDIES[errno.ENOMEM]
    names = [os.fspath(name) for name in (problem.filename, problem.filename2) if isinstance(name, (str, bytes))]
    where = ' and '.join(shortened(os.fsdecode(name)) for name in names) or 'The step stopped'
    what = os.strerror(problem.errno) if problem.errno else str(problem) or type(problem).__name__
    return '%s: %s; %s, then retry' % (where, what, REMEDIES.get(problem.errno, CHANGED))


def shortened(path):
    """Returns a path in which a reason has room for the words after it: the agent cuts long ones."""
    return path if len(path) <= 200 else '%s...%s' % (path[:80], path[-80:])


def remedy_of_database(problem):
    """Returns a sentence with what to do about an error of SQLite; an empty text if it is about the statement."""
    found = [remedy for words, remedy in DATABASE_REMEDIES.items() if words in str(problem)]
    return '. %s, then retry' % found[0] if found else ''


def told(main):
    """Runs the main function of a script. An error of the operating system ends it with a sentence; the log has more."""
    try:
        return main()
    except (OSError, MemoryError) as problem:
        import traceback  # imported here because it loads slowly and is rarely needed

        traceback.print_exc(file=sys.stderr)
        raise SystemExit(sentence_of(problem))
