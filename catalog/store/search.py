"""Search: which names and texts of a release answer a query, best first.

Names come first: the exact name, names that begin with the query, names that hold all its words, then names that
do so together with the class they belong to ("hidden size llama"). Only then the texts count, with all of the
words, and last with any of them. Each step is asked only if those before did not fill the list.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from catalog.store import schema
from catalog.store.fulltext import KINDS, FullText, Kind, Scope
from catalog.store.name_search import NameSearch
from catalog.store.ranking import Found, Ranking, best_of
from catalog.store.rows import SearchHit
from catalog.store.text_search import TextSearch
from catalog.store.words import MAX_QUERY_LENGTH, QueryWord, fold, query_words, says_something

_EXCERPT = 160
"""Characters of an excerpt."""


def search(
    connection: Connection,
    fulltext: FullText,
    query: str,
    *,
    release: int,
    kinds: Sequence[Kind] = KINDS,
    limit: int,
    popularity: Mapping[str, int],
) -> tuple[SearchHit, ...]:
    """Find what answers a query.

    Args:
        connection: Connection to read from.
        fulltext: Search index of this kind of database.
        query: Anything a person types; it is never an error.
        release: Key of the release.
        kinds: What may be found.
        limit: Largest number of hits.
        popularity: Config class → number of its architectures, which decides between equals.

    Returns:
        Hits, best first; none where the query holds no letter or digit.
    """
    query = query[:MAX_QUERY_LENGTH]
    words = query_words(query)
    if not words or limit < 1:
        return ()
    found: dict[tuple[Kind, tuple[int, ...]], Found] = {}
    for last_resort, step in _steps(connection, fulltext, query, words, Scope(release, kinds), limit):
        if found if last_resort else len(found) >= limit:
            break
        for hit in step():
            found.setdefault((hit.kind, hit.key), hit)
    best = best_of(found.values(), popularity, limit)
    texts = _texts(connection, {hit.text_id for hit in best if hit.text_id is not None})
    return tuple(_hit(hit, texts.get(hit.text_id or 0, ""), words) for hit in best)


def _steps(
    connection: Connection, fulltext: FullText, query: str, words: Sequence[QueryWord], scope: Scope, limit: int
) -> Iterator[tuple[bool, Callable[[], Iterable[Found]]]]:
    """The steps of the search, and whether each is for a query that found nothing before."""
    ranking = Ranking(query, words)
    names = NameSearch(connection, scope.release, words, ranking, limit)
    # All kinds together, since a class whose name is the query goes before a parameter that only begins with it.
    yield False, lambda: itertools.chain.from_iterable(map(names.search, scope.kinds))
    if any(map(says_something, words)):
        texts = TextSearch(connection, fulltext, scope, words, ranking, limit)
        yield False, texts.with_every_word
        yield True, lambda: texts.of_owners(names.classes)
        yield True, texts.with_any_word


def _texts(connection: Connection, keys: set[int]) -> dict[int, str]:
    if not keys:
        return {}
    rows = connection.execute(select(schema.text.c.id, schema.text.c.body).where(schema.text.c.id.in_(sorted(keys))))
    return {key: body for key, body in rows}  # noqa: C416 - rows are no pairs to dict()


def _hit(found: Found, text: str, words: Sequence[QueryWord]) -> SearchHit:
    return SearchHit(
        kind=found.kind,
        name=found.name,
        config_class=found.config_class,
        model_type=found.model_type,
        excerpt=excerpt(text, words),
        score=found.score,
    )


def excerpt(text: str, words: Sequence[QueryWord]) -> str:
    """One line of a text, about the first word that was asked for."""
    line = " ".join(text.split())
    if len(line) <= _EXCERPT:
        return line
    folded = fold(line)
    places = [place for word in words for part in word.parts if (place := folded.find(part)) >= 0]
    start = max(0, min(places, default=0) - _EXCERPT // 3)
    if start:
        start = line.find(" ", start) + 1
    end = start + _EXCERPT
    return ("… " if start else "") + line[start:end].rstrip() + (" …" if end < len(line) else "")
