"""Whether this is a full run: every crash point, every shape of a journey, many more examples."""

import os
from typing import Final

IS_FULL: Final = os.environ.get("FULL") == "1"
