"""What a process has loaded by the time that it begins to work."""

import gc

OFTEN = 50_000  #: objects more than there were; by 700, as Python has it, a page takes some 5 % longer


def look_past_what_is_loaded() -> None:
    """It is there to stay. To look through all of it for garbage takes a tenth of a second, while somebody
    waits for a page; and of the time that planning takes at 100,000 people it took a sixteenth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OFTEN, *gc.get_threshold()[1:])
