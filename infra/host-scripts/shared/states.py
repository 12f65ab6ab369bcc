"""The states of what a step took away, for restore.py."""

# As before the step; as the step left it; anything else. OVER: an item that was not taken, but is in the way of one.
THERE, GONE, NEWER, OVER = 'there', 'gone', 'newer', 'over'


def state_of(now, wanted, left):
    """Compares an item's present content with its content before the step (`wanted`) and after it (`left`)."""
    if now == wanted:
        return THERE
    return GONE if now == left else NEWER
