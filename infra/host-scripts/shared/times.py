"""Understands the times of a text column exactly, or refuses them."""

import datetime
import re

# Two forms: as datetime() of SQLite writes a time, in UTC by agreement; or with Z or an offset. A fraction may follow.
# SQLite itself looks at the first form, because Python would take seconds for a million rows.
SECONDS = '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]'
WRITTEN = re.compile(r'(\d{4}-\d\d-\d\d)([ T])(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?', re.ASCII)
UTC, WITH_OFFSET = 'in UTC', 'with an offset'

# {0} is the column. Without a modifier, datetime() would give February 30 back as it came.
FORM = (
    "CASE WHEN {0} IS NULL THEN NULL"
    " WHEN typeof({0}) <> 'text' OR {0} GLOB '*[^-0-9:. TZ+]*' THEN 'unknown'"
    " WHEN {0} GLOB '%s' AND datetime({0}, '+0 seconds') = ({0} COLLATE BINARY) THEN '%s'"
    " ELSE rollback_form({0}) END" % (SECONDS, UTC)
)
# Each ? is the start.
AFTER = (
    "CASE WHEN {0} IS NULL THEN 0 WHEN {0} GLOB '%s' THEN ({0} COLLATE BINARY) > ? ELSE rollback_after({0}, ?) END"
    % SECONDS
)


def window_start(text):
    """Returns the instant as SQLite's datetime() writes it."""
    try:
        instant = datetime.datetime.fromisoformat(re.sub('Z$', '+00:00', text))
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or instant.microsecond:
        message = 'SSM_WindowStart must be an instant like 2026-01-05T08:00:00Z, found %s; correct WindowStart'
        raise SystemExit(message % text)
    return in_utc(instant)


def teach(connection):
    """Gives SQLite the two functions of FORM and AFTER."""
    connection.create_function('rollback_form', 1, form_of)
    connection.create_function('rollback_after', 2, is_after)


def form_of(text):
    parts = parts_of(text)
    if parts is None:
        return 'unknown'
    return WITH_OFFSET if parts[2] else UTC


def is_after(text, start):
    """Returns whether a time that form_of knows is after the start; a fraction counts to its last digit."""
    seconds, fraction, _ = parts_of(text)
    return (seconds, fraction.strip('.0') != '') > (start, False)


def parts_of(text):
    """Returns the whole second in UTC, the fraction and the offset; None if the text is no time of a known form."""
    found = WRITTEN.fullmatch(text)
    if not found:
        return None
    day, between, clock, fraction, offset = found.groups()
    if between == 'T' and not offset:
        return None  # in Python's isoformat() this is local time as often as UTC
    try:
        instant = datetime.datetime.fromisoformat(day + ' ' + clock + (offset or '+00:00').replace('Z', '+00:00'))
        return in_utc(instant), fraction or '', offset
    except (ValueError, OverflowError):
        return None


def in_utc(instant):
    return instant.astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat(sep=' ')
