"""Which database is meant, and how it may be shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.errors import DatabaseError
from catalog.store import open_store
from catalog.store.location import ENVIRONMENT_VARIABLE, default_path, locate


def test_a_path_is_a_sqlite_file(tmp_path):
    for given_path in (tmp_path / "catalog.db", str(tmp_path / "catalog.db"), f"sqlite:///{tmp_path}/catalog.db"):
        location = locate(given_path)
        assert location.is_sqlite
        assert location.path == tmp_path / "catalog.db"
        assert location.display == str(tmp_path / "catalog.db")


def test_urls_of_relative_paths_take_three_slashes():
    assert locate("sqlite:///data/catalog.db").path == Path("data/catalog.db")
    assert locate("sqlite:////data/catalog.db").path == Path("/data/catalog.db")
    assert locate("sqlite+pysqlite:////data/a%20b.db").path == Path("/data/a b.db")
    with pytest.raises(DatabaseError, match="three slashes"):
        locate("sqlite://catalog.db")
    with pytest.raises(DatabaseError, match="takes no options"):
        locate("sqlite:///catalog.db?mode=ro")


def test_a_path_may_hold_any_character(tmp_path):
    for name in ("a b.db", "a%20b.db", "a?b.db", "a#b.db", "ä🎉.db", "a;b.db", "'q'.db"):
        with open_store(tmp_path / name) as store:
            assert store.releases() == ()
        assert (tmp_path / name).is_file()


def test_a_home_folder_is_found(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert locate("~/catalog.db").path == tmp_path / "catalog.db"


def test_the_environment_then_the_users_folder_are_taken_where_none_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, f"sqlite:///{tmp_path}/of-environment.db")
    assert locate().path == tmp_path / "of-environment.db"
    assert locate(tmp_path / "named.db").path == tmp_path / "named.db"
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "")
    assert locate().path == default_path()
    monkeypatch.delenv(ENVIRONMENT_VARIABLE)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert locate().path == tmp_path / "transformers-catalog" / "catalog.db"


def test_a_database_in_memory_is_a_catalog_like_any_other():
    from samples import RELEASE

    for url in (":memory:", "sqlite://", "sqlite:///:memory:"):
        with open_store(url) as store:
            store.write_release(RELEASE)
            assert store.search("5.23.0", "rope theta")[0].name == "rope_theta"
            assert store.display_url == "in memory"


@pytest.mark.parametrize(
    "url", ["", "   ", "\0", "a\0b", "sqlite:///a\0b", "~nobody-there/x.db", "mysql://host/db", "x://"]
)
def test_what_names_no_database_is_refused(url):
    with pytest.raises(DatabaseError):
        locate(url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:secret@host:5432/db", "postgresql://u:***@host:5432/db"),
        ("postgres://u:secret@host/db", "postgresql://u:***@host/db"),
        ("postgresql+psycopg://u:s%40cret@host/db", "postgresql://u:***@host/db"),
        ("postgresql://u:se@cret@host/db", "postgresql://u:***@host/db"),
        ("postgresql://u:@host/db", "postgresql://u:***@host/db"),
        ("postgresql://u@host/db", "postgresql://u@host/db"),
        ("postgresql://host/db", "postgresql://host/db"),
        ("postgresql:///db?host=/run/pg&password=secret", "postgresql:///db?host=/run/pg&password=***"),
        ("postgresql:///db?PASSWORD=secret&sslpassword=cret", "postgresql:///db?PASSWORD=***&sslpassword=***"),
    ],
)
def test_passwords_are_not_shown(url, shown):
    location = locate(url)
    assert location.display == shown
    assert "secret" not in repr(location)


@given(password=st.text(min_size=1, max_size=20))
@example(password="***")
@example(password="a@b:c/d?e")
def test_no_password_is_shown_however_it_is_written(password):
    from urllib.parse import quote

    marked = f"Z{password}Z"
    url = f"postgresql://user:{quote(marked, safe='', errors='replace')}@host/db"
    location = locate(url)
    assert location.display == "postgresql://user:***@host/db"
    assert marked not in location.redact(f"failed for {marked}").replace("***", "")
