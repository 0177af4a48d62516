"""`baseline.json`: found, read, checked, compared with another, and written.

Importing this package loads no pydantic: `lftui.baseline.document` does, where a document is read.
"""

from lftui.baseline.find import NAME, find_baseline
from lftui.baseline.read import read_baseline
from lftui.baseline.text import baseline_text

__all__ = ["NAME", "baseline_text", "find_baseline", "read_baseline"]
