"""What a process has loaded by the time that it begins to work."""

import gc


def look_past_what_is_loaded() -> None:
    """It is there to stay. To look through all of it for garbage takes a tenth of a second, while somebody
    waits for a page; and of the time that planning takes at 100,000 people it took a sixteenth."""
    gc.collect()
    gc.freeze()
