"""The list of all model classes, task by task."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from catalog.site.data import SiteData
from catalog.site.links import model_url, relative
from catalog.site.pages import Page, PageInfo
from catalog.site.templates import render

URL = "architectures/"


def pages(data: SiteData) -> Iterator[Page]:
    """The page that lists the architectures by task."""
    tasks: dict[str, dict[str, str]] = defaultdict(dict)
    without: dict[str, str] = {}
    for config in data.models:
        for architecture in config.architectures:
            address = f"{relative(model_url(config.config_class), source=URL)}#{architecture.name}"
            owners = [tasks[task] for task in architecture.tasks] or [without]
            for owner in owners:
                if architecture.config_class in (config.config_class, None) or architecture.name not in owner:
                    owner[architecture.name] = address
    groups = [(task, sorted(tasks[task].items())) for task in sorted(tasks)]
    body = render("architectures.md.jinja", groups=groups, without=sorted(without.items()), release=data.release)
    count = len({name for names in (*tasks.values(), without) for name in names})
    yield Page(
        info=PageInfo(
            url=URL, kind="list", title="Architectures", names=("tasks",), text="Every model class, task by task."
        ),
        body=body,
        description=f"The {count} model classes of transformers {data.release.version}, by task.",
        in_navigation=True,
    )
