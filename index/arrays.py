"""Arrays in files, mapped into memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def mapped(path: Path) -> NDArray[Any]:
    """The array in a file, mapped into memory.

    As a plain array: numpy's own class for what is mapped costs more than looking a number up.
    """
    return np.asarray(np.load(path, mmap_mode="r"))
