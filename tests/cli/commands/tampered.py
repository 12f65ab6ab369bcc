"""Changes each file of an evidence pack at several bytes, and removes and renames it, and prints the check's findings.

Usage: tampered.py PACK. EVERYWHERE=1: at four bytes of each file instead of two. Prints one JSON object per change: file, what was done, findings. The pack is left as it was.
"""
import json
import os
import sys

sys.dont_write_bytecode = True
pack = sys.argv[1]
sys.path.insert(0, pack)
import verify  # noqa: E402


hash_of, hashes = verify.content_hash, {}


def remembered(value):
    """Returns a content hash, which takes most of a check. Values with the same JSON have the same one."""
    key = json.dumps(value, sort_keys=True)
    if key not in hashes:
        hashes[key] = hash_of(value)
    return hashes[key]


verify.content_hash = remembered


def findings():
    return verify.check(pack)[0].findings


def report(file, done):
    print(json.dumps({'file': file, 'done': done, 'findings': findings()}))


def positions(size):
    everywhere = os.environ.get('EVERYWHERE') == '1'
    return sorted({0, size // 3, size * 2 // 3, size - 1} if everywhere else {0, size * 2 // 3})


assert findings() == [], findings()
files = [os.path.join(place, name) for place, _, names in os.walk(pack) for name in names]
for path in sorted(files):
    file = os.path.relpath(path, pack)
    with open(path, 'rb') as opened:
        content = opened.read()
    for position in positions(len(content)):
        changed = bytearray(content)
        changed[position] ^= 1
        with open(path, 'wb') as opened:
            opened.write(changed)
        report(file, 'byte %d changed' % position)
    for done, other in [('a byte added', content + b' '), ('emptied', b'')]:
        with open(path, 'wb') as opened:
            opened.write(other)
        report(file, done)
    with open(path, 'wb') as opened:
        opened.write(content)
    os.rename(path, path + '.old')
    report(file, 'renamed')
    os.rename(path + '.old', pack + '-aside')
    report(file, 'removed')
    os.rename(pack + '-aside', path)
assert findings() == [], findings()
