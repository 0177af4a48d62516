"""What the console's tests share: the fake supervisor."""

from __future__ import annotations

import pytest

from tests.console.fake import FakeLink


@pytest.fixture
def fake() -> FakeLink:
    """A link on which a run by hand is played: 5 users, then more, a pause, an undo."""
    return FakeLink("manual")
