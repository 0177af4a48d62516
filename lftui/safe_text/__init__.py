"""Text from outside is made safe, and secrets are taken out, before a record exists.

Names, error messages, log lines and bodies come from the target, the locustfile or the
environment. A terminal obeys control characters that it is shown, and a screen reads
right-to-left marks and zero-width characters without showing them; here they become text.

All of this runs on every line that is logged: each rule looks for a cheap sign first, and no
pattern takes longer than linear time on a text that a hostile target made up.
"""

from lftui.safe_text.characters import (
    HIDDEN,
    NAME_LIMIT,
    TEXT_LIMIT,
    TRACEBACK_LIMIT,
    safe,
    safe_line,
)
from lftui.safe_text.redactor import Redactor, redact_arguments
from lftui.safe_text.secret_names import is_secret_name
from lftui.safe_text.secret_signs import redact_url

__all__ = [
    "HIDDEN",
    "NAME_LIMIT",
    "TEXT_LIMIT",
    "TRACEBACK_LIMIT",
    "Redactor",
    "is_secret_name",
    "redact_arguments",
    "redact_url",
    "safe",
    "safe_line",
]
