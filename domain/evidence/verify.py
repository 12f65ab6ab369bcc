#!/usr/bin/env python3
"""Checks an evidence pack of one rollback: no byte is changed, and the files do not contradict each other.

    python3 verify.py [FOLDER] [--expect HASH]

FOLDER is the folder of the pack (default: the folder of this script). HASH is the pack hash that was printed when the
pack was made. Needs Python 3.8 or newer and nothing else; reads only, and uses no network.

Exit code 0: intact. 1: not intact; one line names each file and field. Also 1: the history was not whole when the pack was
made; one line repeats what the pack says of that. 2: usage error.

A person who rewrites every file, the manifest and this script is not found by this script. Compare the pack hash and the
end of the chain, which it prints, with a source outside the pack.
"""
import hashlib
import json
import os
import re
import sys
from datetime import datetime, timedelta, timezone

MANIFEST = 'manifest.json'
PAGE = 'index.html'
FIELDS = 'fields.json'
NO_HASH = '0' * 64
UNDEFINED = object()
NOT_WHOLE = 'NOT WHOLE when it was made: '


# Canonical JSON (RFC 8785), as domain/content-hash.ts has it.


def canonical(value):
    """Returns the canonical JSON of a value. Raises ValueError for what JSON cannot hold."""
    if value is None:
        return 'null'
    if value is True:
        return 'true'
    if value is False:
        return 'false'
    if isinstance(value, str):
        return text(value)
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, list):
        return '[' + ','.join(canonical(one) for one in value) + ']'
    # Keys are sorted by their UTF-16 code units, as JavaScript sorts strings.
    keys = sorted(value, key=lambda key: key.encode('utf-16-be', 'surrogatepass'))
    return '{' + ','.join(text(key) + ':' + canonical(value[key]) for key in keys) + '}'


ESCAPES = {'"': '\\"', '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t'}


def text(value):
    if any('\ud800' <= one <= '\udfff' for one in value):
        raise ValueError('a lone surrogate')
    return '"' + re.sub(r'["\\\x00-\x1f]', lambda found: escape(found.group()), value) + '"'


def escape(one):
    return ESCAPES.get(one) or '\\u%04x' % ord(one)


def number(value):
    """Returns a number as ECMAScript writes it: the shortest digits that read back as the same double."""
    double = float(value)
    if double != double or double in (float('inf'), float('-inf')):
        raise ValueError('a number that JSON cannot hold')
    if double == 0:
        return '0'
    sign = '-' if double < 0 else ''
    mantissa, _, exponent = repr(abs(double)).partition('e')
    whole, _, fraction = mantissa.partition('.')
    digits = (whole + fraction).lstrip('0')
    # The value is 0.DIGITS times ten to the power of `point`.
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip('0')
    if len(digits) <= point <= 21:
        return sign + digits + '0' * (point - len(digits))
    if 0 < point <= 21:
        return sign + digits[:point] + '.' + digits[point:]
    if -6 < point <= 0:
        return sign + '0.' + '0' * -point + digits
    power = point - 1
    rest = '.' + digits[1:] if len(digits) > 1 else ''
    return '%s%s%se%s%d' % (sign, digits[0], rest, '+' if power > 0 else '-', abs(power))


def content_hash(value):
    return hashlib.sha256(canonical(value).encode('utf-8')).hexdigest()


def without(value, *names):
    return {name: one for name, one in value.items() if name not in names}


def refuse(constant):
    raise ValueError(constant + ' is no JSON')


def parsed(content):
    return json.loads(content.decode('utf-8'), parse_constant=refuse)


# The files.


class Pack:
    """The files of a pack, and the findings so far."""

    def __init__(self, folder):
        self.folder = folder
        self.findings = []
        self.bytes = {}
        self.values = {}

    def finds(self, sentence):
        # A file name or value may hold characters that forge a line on a terminal.
        line = ''.join(one if one.isprintable() else '\\u%04x' % ord(one) for one in sentence)
        if line not in self.findings:
            self.findings.append(line)

    def read(self):
        def unreadable(error):
            self.finds('a folder cannot be read: %s' % error)

        for place, folders, files in os.walk(self.folder, onerror=unreadable):
            folders.sort()
            for name in sorted(files) + [one for one in folders if os.path.islink(os.path.join(place, one))]:
                path = os.path.join(place, name)
                relative = os.path.relpath(path, self.folder).replace(os.sep, '/')
                if os.path.islink(path) or not os.path.isfile(path):
                    self.finds('added: %s, which is no plain file' % relative)
                    continue
                self.bytes[relative] = self.content_of(path, relative)
            if not folders and not files and place != self.folder:
                relative = os.path.relpath(place, self.folder).replace(os.sep, '/')
                self.finds('added: the empty folder %s' % relative)

    def content_of(self, path, relative):
        try:
            with open(path, 'rb') as opened:
                return opened.read()
        except OSError as error:
            self.finds('%s: cannot be read: %s' % (relative, error.strerror))
            return b''

    def json(self, path):
        """Returns a file's value; None if it is missing or is no JSON."""
        if path not in self.values:
            self.values[path] = None
            if path in self.bytes:
                try:
                    self.values[path] = parsed(self.bytes[path])
                except (ValueError, RecursionError):
                    self.finds('%s: is no JSON' % path)
        return self.values[path]


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def check_manifest(pack):
    """Returns the manifest; None if it cannot be used."""
    if MANIFEST not in pack.bytes:
        pack.finds('removed: %s. The folder %s is no evidence pack, or not a whole one.' % (MANIFEST, pack.folder))
        return None
    manifest = pack.json(MANIFEST)
    try:
        files = [(one['path'], one['bytes'], one['sha256']) for one in manifest['files']]
        head, count = manifest['chain']['head'], manifest['chain']['count']
        listed = content_hash([one for one in manifest['files'] if one['path'] != PAGE])
        whole = content_hash(without(manifest, 'pack_hash'))
        written = json.dumps(manifest, indent=2, ensure_ascii=False) + '\n'
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError, OverflowError):
        pack.finds('%s: changed: it has not the form of a manifest' % MANIFEST)
        return None
    if pack.bytes[MANIFEST] != written.encode('utf-8', 'surrogatepass'):
        pack.finds('%s: changed: its spacing is not as it was written' % MANIFEST)
    if whole != manifest.get('pack_hash'):
        pack.finds('%s: changed: its pack_hash is not the hash of its content' % MANIFEST)
    if listed != manifest.get('content_hash'):
        pack.finds('%s: changed: its content_hash is not the hash of its list of files' % MANIFEST)
    paths = [path for path, _, _ in files]
    if paths != sorted(set(paths)) or not isinstance(count, int) or not isinstance(head, str):
        pack.finds('%s: changed: its list of files is not in order' % MANIFEST)
    return manifest


def check_files(pack, manifest):
    """Compares every file with the manifest, and names what differs."""
    listed = {one['path']: one['sha256'] for one in manifest['files']}
    extra = {path: sha256(content) for path, content in pack.bytes.items() if path not in listed and path != MANIFEST}
    for path, expected in listed.items():
        if path not in pack.bytes:
            found = [other for other in sorted(extra) if extra[other] == expected]
            if found:
                pack.finds('renamed: %s is now %s' % (path, found[0]))
                del extra[found[0]]
            else:
                pack.finds('removed: %s' % path)
        elif sha256(pack.bytes[path]) != expected:
            name_changes(pack, path)
    for path in sorted(extra):
        pack.finds('added: %s' % path)
    page = pack.bytes.get(PAGE, b'').decode('utf-8', 'replace')
    if PAGE in pack.bytes and str(manifest.get('content_hash')) not in page:
        pack.finds('%s: does not print the content hash of this pack' % PAGE)


MOST_NAMED = 20


def name_changes(pack, path):
    """Names the fields or lines of a changed file, by the short hashes of fields.json."""
    fields = pack.json(FIELDS) if path != FIELDS else None
    known = fields.get(path) if isinstance(fields, dict) else None
    named = []
    if path.endswith('.json') and known is not None:
        try:
            named = list(differences(known, parsed(pack.bytes[path]), ''))
        except (ValueError, RecursionError, OverflowError):
            named = ['is no JSON']
        named = named or ['only its spacing, the order of its keys, or its escapes']
    elif isinstance(known, list):
        lines = pack.bytes[path].decode('utf-8', 'replace').split('\n')
        named = ['line %d' % (i + 1) for i, one in enumerate(lines) if i >= len(known) or short(one) != known[i]]
        named += ['lines are missing at its end'] if len(lines) < len(known) else []
        named = named or ['bytes that are no UTF-8']
    for one in named[:MOST_NAMED] or ['']:
        pack.finds('%s: changed%s' % (path, ': ' + one if one else ''))
    if len(named) > MOST_NAMED:
        pack.finds('%s: changed: %d more places' % (path, len(named) - MOST_NAMED))


def short(leaf):
    return content_hash(leaf)[:12]


def differences(known, found, place):
    """Yields each field that differs from the tree of short hashes."""
    where = place or 'the whole file'
    if isinstance(known, dict) and isinstance(found, dict):
        for name in [*known, *(name for name in found if name not in known)]:
            below = '%s/%s' % (place, name)
            if name not in found:
                yield '%s was removed' % below
            elif name not in known:
                yield '%s was added' % below
            else:
                yield from differences(known[name], found[name], below)
    elif isinstance(known, list) and isinstance(found, list):
        for i in range(max(len(known), len(found))):
            below = '%s/%d' % (place, i)
            if i >= len(found):
                yield '%s was removed' % below
            elif i >= len(known):
                yield '%s was added' % below
            else:
                yield from differences(known[i], found[i], below)
    elif isinstance(known, (dict, list)) or isinstance(found, (dict, list)) or short(found) != known:
        yield where


# The record as a projection of its events, as domain/history/record.ts makes it.


def made_record(events):
    record = opened(events[0])
    for event in events[1:]:
        record = applied(record, event)
    return stripped(record)


def stripped(value):
    """Drops what is undefined in JavaScript, as JSON does."""
    if isinstance(value, dict):
        return {name: stripped(one) for name, one in value.items() if one is not UNDEFINED}
    if isinstance(value, list):
        return [None if one is UNDEFINED else stripped(one) for one in value]
    return value


def get(detail, name):
    return detail.get(name, UNDEFINED)


def some(*values):
    """JavaScript's `??`: the first value that is neither null nor undefined, else the last."""
    for value in values[:-1]:
        if value is not UNDEFINED and value is not None:
            return value
    return values[-1]


def opened(event):
    detail = event['detail']
    record = {name: get(detail, name) for name in ['phase', 'trigger', 'start_time', 'phase_name', 'severity']}
    record.update({name: get(detail, name) for name in ['reason', 'operator', 'mode', 'execution_arn', 'fleet']})
    nothing = ['completion_time', 'duration_minutes', 'data_loss', 'service_impact_minutes', 'root_cause']
    nothing += ['prevention_measures', 'principal', 'assessment', 'decided', 'deployment', 'hosts', 'fence', 'incident']
    nothing += ['restored_to', 'ending', 'problem', 'fleet_released', 'annotation', 'review']
    record.update({name: None for name in nothing})
    record['begins_at'] = None
    kept = ['deadline', 'alarm', 'breaching_since', 'only_hosts', 'restores']
    record.update({name: some(get(detail, name), None) for name in kept})
    record.update({name: [] for name in ['questions', 'joined', 'hosts_not_online', 'steps', 'messages', 'attached']})
    record['deployed_during'] = []
    record['left_out'] = []
    if some(get(detail, 'phases'), None):
        record['phases'] = detail['phases']
    record.update(
        rollback_id=event['rollback'],
        severity_at_opening=get(detail, 'severity'),
        limit_missed=False,
        flags={},
        flags_before={},
        also_undone=some(get(detail, 'also_undone'), []),
        history_late=0,
        events=event['sequence'],
        head=event['hash'],
    )
    return record


def applied(before, event):
    record = dict(before)
    record.update(changed(before, event))
    record.update(with_findings(record, event))
    record.update(with_acknowledgements(record, event))
    record['questions'] = with_questions(record['questions'], event)
    record['review'] = with_review(record['review'], event, record['principal'])
    record['steps'] = with_steps(record['steps'], event)
    record.update(events=event['sequence'], head=event['hash'])
    return record


def left_out(record, detail, at):
    """Adds a skipped step, or the hosts that were left out."""
    said = {'operator': get(detail, 'operator'), 'reason': get(detail, 'reason'), 'at': at}
    names = detail.get('names')
    if names is None:
        return {'left_out': record['left_out'] + [{'step': get(detail, 'step'), **said}]}
    return {
        'hosts': None if record['hosts'] is None else record['hosts'] - len(names),
        'left_out': record['left_out'] + [{'host': name, **said} for name in names],
    }


def changed(record, event):
    kind, detail, at = event['type'], event['detail'], event['at']
    if kind == 'Hosts frozen':
        return {
            'hosts': get(detail, 'hosts'),
            'hosts_not_online': get(detail, 'not_online'),
            'deployment': some(get(detail, 'deployment'), None),
            **({'also_undone': detail['also_undone']} if 'also_undone' in detail else {}),
            **({'targets': detail['targets']} if some(get(detail, 'targets'), None) else {}),
        }
    if kind == 'Begins at step':
        return {'begins_at': get(detail, 'begins_at')}
    if kind == 'Narrowed to ill hosts':
        return {'hosts': get(detail, 'hosts'), 'only_hosts': get(detail, 'only_hosts')}
    if kind == 'Step passed over':
        began = record['begins_at']
        at_target = get(detail, 'code_at_target')
        return {} if began is None or at_target is UNDEFINED else {'begins_at': {**began, 'code_at_target': at_target}}
    if kind == 'Hosts lost':
        return {
            'hosts': None if record['hosts'] is None else record['hosts'] - get(detail, 'lost'),
            'hosts_not_online': record['hosts_not_online'] + get(detail, 'names'),
        }
    if kind == 'Alarm repeated':
        return {'attached': record['attached'] + [get(detail, 'by')]}
    if kind == 'Alarm joined':
        return {'attached': record['attached'] + [get(detail, 'by')], **upgraded(record, detail)}
    if kind == 'Severity assessed':
        measured = without(detail, 'deadline')
        return {'assessment': measured, 'severity': get(detail, 'severity'), 'deadline': get(detail, 'deadline')}
    if kind == 'Decided':
        return {'decided': {'decision': get(detail, 'decision'), 'why': get(detail, 'why')}}
    if kind == 'Principal verified':
        return {'principal': get(detail, 'principal')} if get(detail, 'by') == record['execution_arn'] else {}
    if kind == 'Limit missed':
        return {'limit_missed': True}
    if kind == 'History caught up':
        return {'history_late': record['history_late'] + detail['late']}
    if kind in ('Message sent', 'Message not sent'):
        sent = {'message': get(detail, 'message'), 'at': at, 'sent': kind == 'Message sent'}
        return {'messages': [one for one in record['messages'] if one['message'] != sent['message']] + [sent]}
    if kind == 'Waiting for the fleet':
        return {'incident': some(get(detail, 'incident'), None)}
    if kind == 'Fleet taken':
        return {'fence': get(detail, 'fence'), 'incident': some(get(detail, 'incident'), None)}
    if kind == 'Hosts already done':
        return {'hosts': None if record['hosts'] is None else record['hosts'] - get(detail, 'done')}
    if kind in ('Hosts left out', 'Step skipped'):
        return left_out(record, detail, event['at'])
    if kind == 'Flags overridden':
        return {
            'flags': {**record['flags'], **some(get(detail, 'flags'), {})},
            'flags_before': {**some(get(detail, 'before'), {}), **record['flags_before']},
        }
    if kind in ('Recovery confirmed', 'Recovery not confirmed'):
        good = kind == 'Recovery confirmed'
        since = record['breaching_since']
        over = good and get(detail, 'impact_over') is not False and since
        return {
            'restored_to': get(detail, 'version') if good else None,
            'problem': some(get(detail, 'problem'), None),
            'service_impact_minutes': minutes_between(since, at) if over else None,
        }
    if kind == 'Rollback closed':
        return {
            'ending': get(detail, 'ending'),
            'problem': get(detail, 'problem'),
            'data_loss': some(get(detail, 'data_loss'), None),
            'deployed_during': some(get(detail, 'deployed_during'), []),
            'completion_time': at,
            'duration_minutes': minutes_between(record['start_time'], at),
        }
    if kind == 'Fleet released':
        return {'fleet_released': {'at': at, 'operator': get(detail, 'operator'), 'reason': get(detail, 'reason')}}
    return {}


SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']


def upgraded(record, detail):
    if not some(get(detail, 'alarm'), None):
        return {}
    joined = {name: get(detail, name) for name in ['alarm', 'trigger', 'severity', 'changed_at']}
    joined['blind'] = some(get(detail, 'blind'), False)
    joined.update({name: detail[name] for name in ('doubts', 'witness') if detail.get(name)})
    others = [one for one in record['joined'] if one['alarm'] != joined['alarm']]
    worse = SEVERITIES.index(joined['severity']) < SEVERITIES.index(record['severity'])
    deadline = some(get(detail, 'deadline'), record['deadline'])
    return {
        'joined': others + [joined],
        **({'severity': joined['severity'], 'deadline': deadline} if worse else {}),
    }


def with_findings(record, event):
    kind, detail = event['type'], event['detail']
    before = record['annotation']
    annotation = before
    given = detail if kind == 'Annotated' else {}
    if kind == 'Annotated':
        last = before or {}
        annotation = {
            'note': some(get(detail, 'note'), get(last, 'note'), None),
            'false_positive': some(get(detail, 'false_positive'), get(last, 'false_positive'), None),
            'links': some(get(detail, 'links'), get(last, 'links'), []),
            'operator': get(detail, 'operator'),
            'principal': None,
            'at': event['at'],
            'by': get(detail, 'by'),
        }
    elif kind == 'Principal verified' and before and before['by'] == get(detail, 'by'):
        annotation = {**before, 'principal': get(detail, 'principal')}
    return {
        'root_cause': some(get(given, 'root_cause'), record['root_cause']),
        'prevention_measures': some(get(given, 'prevention_measures'), record['prevention_measures']),
        'annotation': annotation,
    }


def with_acknowledgements(record, event):
    kind, detail, before = event['type'], event['detail'], record.get('acknowledged', [])
    if kind == 'Acknowledged':
        given = {name: get(detail, name) for name in ['operator', 'about', 'by']}
        return {'acknowledged': before + [{**given, 'at': event['at'], 'principal': None}]}
    by, principal = get(detail, 'by'), detail.get('principal')
    if kind != 'Principal verified' or principal is None or not any(one['by'] == by for one in before):
        return {}
    return {'acknowledged': [{**one, **({'principal': principal} if one['by'] == by else {})} for one in before]}


def with_questions(questions, event):
    kind, detail = event['type'], event['detail']
    if kind == 'Question asked':
        asked = {name: get(detail, name) for name in ['number', 'kind', 'why', 'asked_at', 'deadline']}
        return questions + [{**asked, 'answers': [], 'outcome': None, 'settled_at': None, 'settled_by': None}]
    if kind == 'Answer given':
        answer = {**without(detail, 'number'), 'principal': None}
        return [
            {**one, 'answers': one['answers'] + [answer]} if one['number'] == get(detail, 'number') else one
            for one in questions
        ]
    if kind == 'Principal verified':
        proof = {'principal': get(detail, 'principal')}
        return [
            {
                **one,
                'answers': [
                    {**answer, **(proof if get(answer, 'by') == get(detail, 'by') else {})} for answer in one['answers']
                ],
            }
            for one in questions
        ]
    if kind == 'Question settled':
        settled = {'outcome': get(detail, 'outcome'), 'settled_at': event['at'], 'settled_by': get(detail, 'by')}
        return [
            {**one, **settled, **without_answer(one, settled)} if one['number'] == get(detail, 'number') else one
            for one in questions
        ]
    if kind == 'Acknowledged' and get(detail, 'about') == 'question':
        heard = {'acknowledged': {'operator': get(detail, 'operator'), 'at': event['at']}}
        return [{**one, **heard} if one['number'] == get(detail, 'number') else one for one in questions]
    return questions


def without_answer(question, settled):
    if settled['outcome'] != 'nobody answered':
        return {}
    return {'without_answer': 'unanswered' if 'acknowledged' in question else 'unheard'}


def person_of(principal):
    return principal.split('/')[-1]


def open_review(due):
    return {**{name: None for name in ['verdict', 'reviewer', 'principal', 'reason', 'at', 'by']}, 'due': due}


def with_review(before, event, starter):
    review = reviewed(before, event)
    if not review or not review['principal'] or starter is None:
        return review
    return open_review(review['due']) if person_of(review['principal']) == person_of(starter) else review


def reviewed(review, event):
    kind, detail = event['type'], event['detail']
    if kind == 'Rollback closed' and some(get(detail, 'review_due'), None):
        return open_review(detail['review_due'])
    if review is None:
        return None
    if kind == 'Reviewed':
        given = {'verdict': get(detail, 'verdict'), 'reviewer': get(detail, 'operator'), 'reason': get(detail, 'reason')}
        return {'due': review['due'], **given, 'principal': None, 'at': event['at'], 'by': get(detail, 'by')}
    if kind == 'Principal verified' and review['by'] is not None and review['by'] == get(detail, 'by'):
        return {**review, 'principal': get(detail, 'principal')}
    return review


def with_steps(steps, event):
    kind, detail, at = event['type'], event['detail'], event['at']
    step = get(detail, 'step')
    ended = {'hosts_done': get(detail, 'hosts_done'), 'ended_at': at}
    if kind == 'Step started':
        begun = {'verdict': 'running', 'attempts': get(detail, 'attempt'), 'started_at': at, 'ended_at': None}
        return with_step(steps, step, begun)
    if kind in ('Step done', 'Step failed'):
        verdict = 'done' if kind == 'Step done' else 'failed'
        not_sent = some(get(detail, 'not_sent'), 0)
        return with_step(steps, step, {'verdict': verdict, 'hosts_not_sent': not_sent, **ended})
    if kind == 'Execution stopped':
        done = get(detail, 'hosts_done') == get(detail, 'hosts')
        return with_step(steps, step, {'verdict': 'done' if done else 'unknown', **ended})
    if kind in ('Recovery confirmed', 'Recovery not confirmed'):
        checks = detail['checks']
        return [
            {**one, **check_result(one, kind, detail), 'ended_at': at} if one['step'] in checks else one for one in steps
        ]
    if kind == 'Rollback closed':
        return [{**one, 'verdict': 'unknown', 'ended_at': at} if one['verdict'] == 'running' else one for one in steps]
    return steps


def check_result(step, kind, detail):
    good = get(detail, 'good')
    counted = get(good, step['step']) if isinstance(good, dict) else UNDEFINED
    passed = some(counted, get(detail, 'hosts_done'))
    done = kind == 'Recovery confirmed' or (good is not UNDEFINED and passed == get(detail, 'hosts'))
    return {'verdict': 'done' if done else 'failed', 'hosts_done': passed}


def with_step(steps, step, change):
    if any(one['step'] == step for one in steps):
        return [
            {**one, **change, 'started_at': one['started_at']} if one['step'] == step else one for one in steps
        ]
    fresh = {'step': step, 'verdict': 'running', 'attempts': 1, 'hosts_done': 0, 'hosts_not_sent': 0}
    return steps + [{**fresh, 'ended_at': None, 'started_at': '', **change}]


INSTANT = re.compile(r'(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)$')


def milliseconds(instant):
    found = INSTANT.match(instant)
    if not found:
        raise ValueError('no instant')
    *parts, fraction, zone = found.groups()
    at = datetime(*(int(part) for part in parts), tzinfo=timezone.utc)
    if zone != 'Z':
        away = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        at = at - away if zone[0] == '+' else at + away
    since = at - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (since.days * 86400 + since.seconds) * 1000 + int(((fraction or '') + '000')[:3])


def minutes_between(start, end):
    """Rounds to two decimals as JavaScript does: a half goes up."""
    return ((milliseconds(end) - milliseconds(start) + 300) // 600) / 100


# The content.


def check_content(pack, manifest):
    """Holds the files against each other. The chain of events is the spine: every other file must follow from it."""
    events = pack.json('events.json')
    parts = pack.json('parts.json')
    if not isinstance(events, list) or not events or not isinstance(parts, dict):
        pack.finds('events.json or parts.json: changed: it has not the form that was written')
        return
    whole = check_chain(pack, events, manifest.get('rollback'))
    if (manifest['chain']['count'], manifest['chain']['head']) != (len(events), events[-1].get('hash')):
        pack.finds('%s: its chain does not end as events.json does' % MANIFEST)
    # An earlier version of the product wrote the sentence only.
    if parts.get('history_whole', str(parts.get('history')).startswith('whole: ')) is not True:
        pack.finds('%s%s' % (NOT_WHOLE, parts.get('history')))
    if parts.get('rollback') != manifest.get('rollback'):
        pack.finds('parts.json: it is about another rollback')
    if whole:
        record = check_record(pack, events)
        check_hosts(pack, events, record)
        check_parts(pack, record, parts)
        check_copies(pack, events, record)
        check_decisions(pack, events)
        check_plan(pack, events)
    check_links(pack, events, manifest.get('rollback'))
    check_execution(pack, events)
    check_documents(pack, events, parts.get('documents_by') == 'SHA-256 of the file')


def check_chain(pack, events, rollback):
    """Names each event that is changed, missing or out of place. Returns whether the chain is intact."""
    before = len(pack.findings)
    previous = NO_HASH
    for i, event in enumerate(events):
        place = 'events.json: event %d' % (i + 1)
        if event.get('sequence') != i + 1:
            pack.finds('%s: missing or out of place; found event %s here' % (place, event.get('sequence')))
        elif event.get('previous_hash') != previous:
            pack.finds('%s: does not continue the event before it' % place)
        if content_hash(without(event, 'hash')) != event.get('hash'):
            pack.finds('%s: changed: its hash is not the hash of its content' % place)
        if event.get('rollback') != rollback:
            pack.finds('%s: belongs to rollback %s' % (place, event.get('rollback')))
        previous = event.get('hash')
    if events[0].get('type') != 'Rollback opened':
        pack.finds('events.json: event 1: missing: the first event is not "Rollback opened"')
    return len(pack.findings) == before


def check_record(pack, events):
    made = made_record(events)
    record = pack.json('record.json')
    if record is None:
        return made
    for name in [*made, *(name for name in record if name not in made)]:
        if name not in made:
            pack.finds('record.json: %s: follows from no event' % name)
        elif canonical(record.get(name)) != canonical(made[name]):
            pack.finds('record.json: %s: does not match the events' % name)
    return made


HASHED = ['step', 'instance_id', 'name', 'verdict', 'reason', 'report', 'command_id']


def host_files(pack):
    return sorted(path for path in pack.bytes if path.startswith('hosts/'))


def check_hosts(pack, events, record):
    """Compares every host's reports with the hash in their step's event, and what the hosts were told with the definition."""
    hashes = {}
    for event in events:
        hashes.update(some(get(event['detail'], 'reports'), {}))
    seen = {}
    for path in host_files(pack):
        found = pack.json(path)
        if found is None:
            continue
        step, said = found.get('step'), found.get('said', [])
        if path != host_path(record, step):
            pack.finds('%s: renamed: the reports on %s belong into %s' % (path, step, host_path(record, step)))
        seen[step] = path
        hashed = [{name: one.get(name) for name in HASHED} for one in said]
        hashed.sort(key=lambda one: str(one['instance_id']).encode('utf-16-be', 'surrogatepass'))
        if any(sorted(one) != sorted(HASHED) or one['step'] != step for one in said):
            pack.finds('%s: said: has a field too many or too few, or a report on another step' % path)
        if step not in hashes and record['ending'] is not None:
            pack.finds('%s: said: no event has the hash of these reports' % path)
        elif step in hashes and content_hash(hashed) != hashes[step]:
            pack.finds('%s: said: does not match the hash in the event of its step' % path)
        if canonical(found.get('told')) != canonical(told(pack, events, record, step)):
            pack.finds('%s: told: does not match the definition and the events' % path)
        if sorted(found) != ['said', 'step', 'told']:
            pack.finds('%s: has a field too many or too few' % path)
    for step in hashes:
        if step not in seen:
            pack.finds('removed: %s, the reports on %s, whose hash is in the events' % (host_path(record, step), step))


def check_parts(pack, record, parts):
    """Holds the list of parts against the record and the files."""
    if parts.get('closed') is not (record['ending'] is not None):
        pack.finds('parts.json: closed: does not match the events')
    for part in parts['parts']:
        for path in part['files'].split(', '):
            if path in ('plan.json', 'hosts/'):  # the one has more sources than this part, the other has a file per step
                continue
            if part['state'] == 'complete' and path not in pack.bytes:
                pack.finds('removed: %s, which parts.json has as complete' % path)
            elif part['state'] != 'complete' and path in pack.bytes:
                pack.finds('%s: added: parts.json has it as %s' % (path, part['state']))


def host_path(record, step):
    names = [one['step'] for one in record['steps']]
    position = names.index(step) + 1 if step in names else 0
    return 'hosts/%02d-%s.json' % (position, re.sub(r'[^a-z0-9-]', '_', str(step)))


def objects_in(value):
    """Yields every object inside a value, the outer one first."""
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from objects_in(one)


def told(pack, events, record, step):
    definition = pack.json('definition.asl.json')
    commands = [one for one in objects_in(definition) if is_command(one) and one['id'] == step]
    frozen = last_detail(events, 'Hosts frozen')
    if not commands or frozen is None:
        return None
    command = commands[0]
    pinned = some(get(some(get(frozen, 'documents'), {}), command['document']), {})
    fence = some(fence_at(step, events), record['fence'], 0)
    own = {'RollbackId': record['rollback_id'], 'Fence': str(fence), 'WindowStart': frozen.get('window_start')}
    return {
        'document': command['document'],
        'version': pinned.get('version'),
        'hash': pinned.get('hash'),
        'timeout_seconds': command.get('timeout_seconds'),
        'parameters': {**command['parameters'], **own},
    }


def fence_at(step, events):
    """Returns the fence with which a step's newest attempt was sent: a rollback that let others act has taken the fleet twice."""
    starts = [
        number
        for number, event in enumerate(events)
        if event['type'] == 'Step started' and get(event['detail'], 'step') == step
    ]
    taken = [event for event in events[: starts[-1] if starts else 0] if event['type'] == 'Fleet taken']
    return get(taken[-1]['detail'], 'fence') if taken else None


def is_command(one):
    return isinstance(one.get('id'), str) and isinstance(one.get('document'), str) and isinstance(one.get('parameters'), dict)


def last_detail(events, kind):
    found = [event['detail'] for event in events if event['type'] == kind]
    return found[-1] if found else None


def check_copies(pack, events, record):
    """messages.json and changes.json only arrange what the events say."""
    made = [message(event) for event in events if event['type'] in ('Message sent', 'Message not sent')]
    compare(pack, 'messages.json', pack.json('messages.json'), made)
    chosen = [one['version'] for one in record.get('targets', []) if one['phase'] == record['phase']]
    target = chosen[0] if chosen else get(events[0]['detail'], 'target_version')
    made = {
        'version': {
            'before': (record['deployment'] or {}).get('version'),
            'target': some(target, None),
            'after': record['restored_to'],
        },
        'flags': {
            flag: {'before': record['flags_before'].get(flag), 'after': value} for flag, value in record['flags'].items()
        },
    }
    compare(pack, 'changes.json', pack.json('changes.json'), made)


def message(event):
    names = ['message', 'subject', 'body', 'message_id', 'error', 'why']
    given = {name: some(get(event['detail'], name), None) for name in names}
    return {'event': event['sequence'], 'at': event['at'], 'sent': event['type'] == 'Message sent', **given}


def compare(pack, path, found, made, place=''):
    """Names each field of a file that differs from what was made of the events."""
    if isinstance(found, dict) and isinstance(made, dict):
        for name in [*made, *(name for name in found if name not in made)]:
            compare(pack, path, found.get(name, UNDEFINED), made.get(name, UNDEFINED), '%s/%s' % (place, name))
    elif isinstance(found, list) and isinstance(made, list) and len(found) == len(made):
        for i, one in enumerate(found):
            compare(pack, path, one, made[i], '%s/%d' % (place, i))
    elif found is UNDEFINED or made is UNDEFINED or canonical(found) != canonical(made):
        pack.finds('%s: %s: does not match the events' % (path, place or 'the whole file'))


def check_decisions(pack, events):
    """Each stored question and decision must have its event, and each such event its decision."""
    stored = pack.json('decisions.json')
    if stored is None:
        return
    asked = {event['detail'].get('number'): event['detail'] for event in events if event['type'] == 'Question asked'}
    answers = [event['detail'] for event in events if event['type'] == 'Answer given']
    proofs = [event['detail'] for event in events if event['type'] == 'Principal verified']
    alarms = [event['detail'].get('alarm') for event in events if event['type'] == 'Alarm joined']
    for i, one in enumerate(stored):
        number = one['question'].get('number')
        compare(pack, 'decisions.json', one['question'], asked.get(number, {}), '/%d/question' % i)
        for j, decision in enumerate(one['decisions']):
            kind = decision.get('type')
            said = {
                'answer': lambda: {**without(decision, 'type'), 'number': number} in answers,
                'verified': lambda: any(
                    proof.get('by') == decision.get('by') and proof.get('principal') == decision.get('principal')
                    for proof in proofs
                ),
                'alarm joined': lambda: decision.get('alarm') in alarms,
                'nobody answered': lambda: True,
            }.get(kind, lambda: False)
            if not said():
                pack.finds('decisions.json: /%d/decisions/%d: no event has this decision' % (i, j))
    kept = [
        (one['question'].get('number'), decision.get('by'))
        for one in stored
        for decision in one['decisions']
        if decision.get('type') == 'answer'
    ]
    for number in asked:
        if number not in [one['question'].get('number') for one in stored]:
            pack.finds('decisions.json: question %s, which the events have, was removed' % number)
    for answer in answers:
        if (answer.get('number'), answer.get('by')) not in kept:
            pack.finds('decisions.json: the answer of %s, which the events have, was removed' % answer.get('by'))


def check_plan(pack, events):
    plan = pack.json('plan.json')
    if plan is None:
        return
    names = ['target_version', 'restores', 'also_undone', 'only_hosts', 'deadline']
    made = {name: some(get(events[0]['detail'], name), None) for name in names}
    compare(pack, 'plan.json', plan.get('opening'), made, '/opening')
    compare(pack, 'plan.json', plan.get('planned'), last_detail(events, 'Planned'), '/planned')
    scope, frozen = plan.get('scope'), last_detail(events, 'Hosts frozen')
    if scope is None or frozen is None:
        return
    for name in ['documents', 'window_start', 'deployment']:
        compare(pack, 'plan.json', scope.get(name), some(get(frozen, name), None), '/scope/%s' % name)
    # Hosts that left the fleet later, or that others had done or a person left out, are in the scope's own lists.
    others = [one for name in ['lost', 'done_before', 'left_out'] for one in scope.get(name, [])]
    everyone = sorted(scope['hosts'] + others, key=lambda one: one.get('instance_id', ''))
    if len(everyone) != frozen.get('hosts'):
        pack.finds('plan.json: /scope/hosts: the events have %s hosts' % frozen.get('hosts'))
    lost = [event for event in events if event['type'] == 'Hosts lost']
    if sum(event['detail'].get('lost', 0) for event in lost) != len(scope.get('lost', [])):
        pack.finds('plan.json: /scope/lost: does not match the events')
    for mine, theirs in [(everyone, 'names'), (scope['not_online'], 'not_online')]:
        found = [one.get('name') for one in mine[:50]]
        if theirs in frozen and found != frozen[theirs]:
            pack.finds('plan.json: /scope/%s: does not match the events' % ('hosts' if theirs == 'names' else theirs))


def check_links(pack, events, rollback):
    """Checks the links of the rollback and their neighbours, and that each has the hash of its event."""
    months = pack.json('links.json')
    if months is None:
        return
    own = []
    closing = None
    for month, links in sorted(months.items()):
        before = None
        for link in links:
            place = 'links.json: link %s of %s' % (link.get('sequence'), month)
            if content_hash(without(link, 'hash')) != link.get('hash') or link.get('month') != month:
                pack.finds('%s: changed' % place)
            follows = before is not None and link.get('sequence') == before['sequence'] + 1
            if follows and link.get('previous_hash') != before.get('hash'):
                pack.finds('%s: does not continue the link before it' % place)
            if link.get('sequence') == 1 and closing is not None and link.get('previous_hash') != closing:
                pack.finds('%s: does not continue the link that closed the month before' % place)
            if before is not None and link.get('sequence') <= before['sequence']:
                pack.finds('%s: out of place' % place)
            if link.get('rollback') == rollback:
                own.append(link)
                if not follows and link.get('sequence') != 1:
                    pack.finds('%s: the link before it is missing' % place)
                check_linked(pack, events, link, place)
            before = link
        closing = before.get('hash') if before is not None and before.get('kind') == 'month closed' else None
    seals = [event for event in events if is_seal(event)]
    kept = [(link.get('kind'), link.get('count')) for link in own]
    if not own:
        pack.finds('links.json: no link names rollback %s: it was invented, or its links were removed' % rollback)
    elif seals and ('sealed', seals[-1]['sequence']) not in kept:
        pack.finds('links.json: the link of the seal at event %d is missing' % seals[-1]['sequence'])


def is_seal(event):
    return event['type'] == 'Sealed' and event['detail'].get('count') == event['sequence'] - 1


def check_linked(pack, events, link, place):
    count = link.get('count')
    found = events[count - 1].get('hash') if isinstance(count, int) and 0 < count <= len(events) else None
    if found != link.get('head'):
        pack.finds('%s: event %s is missing or is another one' % (place, count))


def check_execution(pack, events):
    """The execution's own history has the end of the chain after each state."""
    execution = pack.json('execution.json')
    if execution is None:
        return
    if execution.get('arn') != get(events[0]['detail'], 'execution_arn'):
        pack.finds('execution.json: arn: the events name another execution')
    for i, state in enumerate(execution.get('states', [])):
        chain = state.get('chain')
        if chain is not None:
            check_linked(pack, events, chain, 'execution.json: /states/%d' % i)
    closed = last_detail(events, 'Rollback closed')
    needs = closed is not None and closed.get('ending') == 'Needs a person'
    if closed is not None and execution.get('status') == ('SUCCEEDED' if needs else 'FAILED'):
        pack.finds('execution.json: status: %s contradicts the ending "%s"' % (execution['status'], closed.get('ending')))


def check_documents(pack, events, by_file):
    """Compares the documents with the hashes that the opening pinned (`by_file`), and with those in the definition."""
    definition = pack.json('definition.asl.json')
    reviewed = {}
    for one in objects_in(definition):
        if isinstance(one.get('sha256'), str) and isinstance(one.get('name'), str):
            reviewed[one['name']] = one['sha256']
    frozen = last_detail(events, 'Hosts frozen') or {}
    pinned = some(get(frozen, 'documents'), {})
    for path in sorted(path for path in pack.bytes if path.startswith('documents/')):
        name = path[len('documents/'):-len('.json')]
        content = pack.json(path)
        if name not in pinned:
            pack.finds('%s: the opening pinned no document of this name' % path)
        elif content is not None and name in reviewed and content_hash(content) != reviewed[name]:
            pack.finds('%s: is not the document of the definition' % path)
        elif by_file and sha256(pack.bytes[path]) != pinned[name].get('hash'):
            pack.finds('%s: has not the hash that the opening pinned' % path)
    target = get(events[0]['detail'], 'target_version')
    for one in objects_in(definition):
        if 'target_version' in one and 'documents' in one and one['target_version'] != target:
            pack.finds('definition.asl.json: target_version: the opening had %s' % target)


# The command line.


def check(folder):
    """Returns the checked pack and its manifest, None if that cannot be used."""
    pack = Pack(folder)
    pack.read()
    manifest = check_manifest(pack)
    if manifest is not None:
        check_files(pack, manifest)
        try:
            check_content(pack, manifest)
        except (KeyError, TypeError, AttributeError, ValueError, IndexError, RecursionError, OverflowError) as error:
            pack.finds('the content could not be checked to its end (%s: %s)' % (type(error).__name__, error))
    return pack, manifest


def main(words):
    expected = None
    if '--expect' in words:
        at = words.index('--expect')
        expected = words[at + 1] if at + 1 < len(words) else ''
        words = words[:at] + words[at + 2:]
        if not re.fullmatch('[0-9a-f]{64}', expected):
            print('--expect takes the pack hash: 64 characters of 0-9 and a-f.', file=sys.stderr)
            return 2
    if len(words) > 1 or any(word.startswith('-') for word in words):
        print(__doc__, file=sys.stderr)
        return 2
    folder = words[0] if words else os.path.dirname(os.path.abspath(__file__))
    if not os.path.isdir(folder):
        print('%s is no folder. FOLDER is the folder of the pack.' % folder, file=sys.stderr)
        return 2
    pack, manifest = check(folder)
    found = manifest.get('pack_hash') if manifest else None
    if expected is not None and found != expected:
        pack.finds('the pack hash is %s, not the expected one: this is another pack, or all of it was rewritten' % found)
    lines = pack.findings + ending_of(pack, manifest)
    try:
        print('\n'.join(lines), flush=True)
    except BrokenPipeError:
        # A reader such as `head` has enough. Python would print its own error when it closes the output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1 if pack.findings else 0


def ending_of(pack, manifest):
    if pack.findings and all(one.startswith(NOT_WHOLE) for one in pack.findings):
        return ['The pack is as it was written. Its history was not whole then: find out who changed it.']
    if pack.findings:
        count = len(pack.findings)
        return ['NOT INTACT: %d finding%s' % (count, '' if count == 1 else 's')]
    count, head = manifest['chain']['count'], manifest['chain']['head']
    return [
        'intact: %d files, %d events of rollback %s' % (len(manifest['files']), count, manifest['rollback']),
        'Inside this pack nothing is contradictory. To know that it was not rewritten as a whole, compare',
        '  pack hash  %s  with the one printed when the pack was made' % manifest['pack_hash'],
        '  head       %s  of event %d with the history, or with its export' % (head, count),
    ]


if __name__ == '__main__':
    # A console of Windows may lack a character of a file's name.
    sys.stdout.reconfigure(errors='backslashreplace')
    sys.exit(main(sys.argv[1:]))
