"""What changed from release to release: pure functions over records.

pairing      which classes of two releases are one, also under another name
same         what means the same and hence is no change
renames      which lost parameter goes on under another name, by which evidence
diff         puts the changes together
timeline     strings them together over many releases
"""

from __future__ import annotations

from catalog.history.change import REQUIRED, Change, ChangeKind, Confidence
from catalog.history.diff import diff_class, diff_classes, public_parameters
from catalog.history.timeline import Appearance, class_history, parameter_history

__all__ = [
    "REQUIRED",
    "Appearance",
    "Change",
    "ChangeKind",
    "Confidence",
    "class_history",
    "diff_class",
    "diff_classes",
    "parameter_history",
    "public_parameters",
]
