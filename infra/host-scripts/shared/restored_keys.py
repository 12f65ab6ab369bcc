"""The keys of Redis that a step took away, for restore.py."""

import os

from shared.keys import connected, content_now, dump_line, name_of, put_back
from shared.quarantine import export, exported
from shared.states import NEWER, THERE, state_of


class Keys:
    """Keys of Redis, each restored in its database and with its time to live."""

    def __init__(self, quarantine, note):
        self.quarantine, self.note = quarantine, note

    def inspect(self):
        with connected() as redis:
            if redis is None:
                message = 'There is no Redis at %s; start it, then start restore again'
                raise SystemExit(message % os.environ['SSM_Redis'])
            return {
                name_of(line): state_of(content_now(redis, line), line['content'], None)
                for line in exported(self.quarantine, self.note)
            }

    def bring_back(self, states):
        lines = list(exported(self.quarantine, self.note))
        with connected() as redis:
            newer = [line for line in lines if states[name_of(line)] == NEWER]
            dumps = (dump_line(redis, line.get('database', 0), line['key']) for line in newer)
            export(self.quarantine, 'overwritten-keys.jsonl', filter(None, dumps))
            for line in lines:
                if states[name_of(line)] != THERE:
                    put_back(redis, line, states[name_of(line)] == NEWER)
