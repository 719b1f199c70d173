"""Builds models in a process of its own, one job after the other.

Run as ``python -m catalog.builder.sweep_worker``. It says that it is ready on what was standard output, reads pickled
jobs from standard input, each with its length before it, and answers each: with the facts of the build, then with
those of the forward pass where that is asked for. Whatever the libraries print goes nowhere.
"""

from __future__ import annotations

import os
import pickle
import sys
import warnings
from typing import Any

from catalog.model_facts import BuildFailure, ModelFacts


def main() -> None:
    """Answer jobs until standard input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    warnings.simplefilter("ignore")
    from catalog.builder.facts import facts_of, failed_facts, forward_facts  # noqa: PLC0415  # torch may print

    _send(answers, "ready")
    while len(head := sys.stdin.buffer.read(8)) == 8:
        job = pickle.loads(sys.stdin.buffer.read(int.from_bytes(head, "big")))  # noqa: S301  # from our own parent
        facts: ModelFacts | None
        try:
            facts = facts_of(job.plan, base=job.base)
        except LookupError as error:
            # There is no model of that configuration, or counting looked for what is not there.
            facts = None if type(error) is LookupError else failed_facts(job.plan, _uncounted(error), base=job.base)
        except Exception as error:  # noqa: BLE001  # one model that cannot be counted must not stop the others
            facts = failed_facts(job.plan, _uncounted(error), base=job.base)
        _send(answers, facts)
        if facts is not None and facts.failure is None and job.forward:
            _send(answers, forward_facts(job.plan, tiny=job.tiny, seconds=job.seconds))


def _uncounted(error: Exception) -> BuildFailure:
    return BuildFailure(
        kind="unsupported", reason=f"It builds, and cannot be counted: {type(error).__name__}: {error}."
    )


def _send(answers: Any, value: Any) -> None:
    content = pickle.dumps(value)
    answers.write(len(content).to_bytes(8, "big") + content)
    answers.flush()


if __name__ == "__main__":
    main()
