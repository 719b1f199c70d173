"""Takes a spec from one transformers release to another.

steps        what must change, as data
classes      which class the spec means in either release
rotary       the rotary keys of version 4, which version 5 keeps in one block
plan         compares the classes as they were and will be, nested ones included
operations   what a step does to the spec's values
writing      the same done to its text, comments and layout kept
migrate      puts it together for a file
"""

from __future__ import annotations

from catalog.specs.migration.migrate import FileMigration, SpecMigration, migrate
from catalog.specs.migration.steps import Step

__all__ = ["FileMigration", "SpecMigration", "Step", "migrate"]
