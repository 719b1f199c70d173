"""``catalog doctor``: where the documentation of a release differs from its code, and what did not work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from catalog.cli.options import DatabaseOption, JsonOption, ReleaseOption, family

if TYPE_CHECKING:
    from catalog.query.health import DoctorReport

app = family()

KINDS = ("wrong-default", "computed-default", "rounded-default", "undocumented", "failure", "effective-default")


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog doctor\n"
    "  catalog doctor --kind undocumented\n"
    "  catalog doctor --json\n"
    "\n\nKinds:\n\n\b\n"
    "  wrong-default      the documentation states a default that the code has not\n"
    "  computed-default   it states what the class computes when the parameter is left out\n"
    "  rounded-default    it states the default with fewer digits\n"
    "  undocumented       the class does not describe the parameter\n"
    "  failure            did not import, construct or parse\n"
    "  effective-default  the class replaces the declared default when it constructs itself\n"
)
def doctor(
    context: typer.Context,
    *,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help="Only this kind, in full.",
            show_default=False,
            autocompletion=lambda: list(KINDS),
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with status 1 if anything is reported.")] = False,
    release: ReleaseOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Report on the documentation itself: defaults it states wrongly, parameters it leaves out.

    Without --kind, what misleads a reader is listed and the rest is counted.
    """
    from catalog.cli.session import opened

    if kind is not None and kind not in KINDS:
        raise typer.BadParameter(f"{kind!r} is none of {', '.join(KINDS)}.", param_hint="--kind")
    with opened(context, database) as catalog:
        report = catalog.doctor(release=release)
    if json:
        from catalog.cli.output import write_json
        from catalog.query.documents import of_doctor

        write_json(of_doctor(report, kind))
    else:
        from catalog.cli.doctor_pages import write_report

        write_report(report, kind)
    if strict and any(counts(report, kind).values()):
        raise typer.Exit(1)


def counts(report: DoctorReport, kind: str | None = None) -> dict[str, int]:
    """Number of findings of each kind, or of one."""
    found = {
        **{name: sum(fault.kind == name for fault in report.faults) for name in KINDS[:3]},
        "undocumented": len(report.undocumented),
        "failure": len(report.failures),
        "effective-default": len(report.computed),
    }
    return {name: count for name, count in found.items() if kind in (None, name)}
