"""The checker over the installed transformers, made once."""

from __future__ import annotations

import pytest

from catalog.records import Release
from catalog.specs.checker import Checker
from catalog.specs.memory import ReleaseKnowledge


@pytest.fixture(scope="session")
def checker(installed_release: Release) -> Checker:
    return Checker(ReleaseKnowledge(installed_release))
