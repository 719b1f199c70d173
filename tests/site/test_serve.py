"""Showing a built site on this machine."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from catalog.errors import UsageError
from catalog.site.serve import serving


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    (tmp_path / "index.html").write_text("home")
    (tmp_path / "404.html").write_text("not here")
    (tmp_path / "models/index.html").write_text("all models")
    return tmp_path


def test_a_site_is_served_to_this_machine_with_its_own_page_for_what_is_not_found(folder: Path) -> None:
    with serving(folder, port=0) as server:
        thread = threading.Thread(target=server.wait, daemon=True)
        thread.start()
        assert server.url.startswith("http://127.0.0.1:")
        assert urllib.request.urlopen(server.url + "models/").read() == b"all models"
        with pytest.raises(urllib.error.HTTPError) as missing:
            urllib.request.urlopen(server.url + "nothing/")
        assert missing.value.code == 404
        assert missing.value.read() == b"not here"
        missing.value.close()
        server.end()
        thread.join()


def test_a_port_that_is_taken_is_told(folder: Path) -> None:
    with serving(folder, port=0) as server:
        port = int(server.url.rpartition(":")[2].strip("/"))
        with pytest.raises(UsageError, match=str(port)), serving(folder, port=port):
            pass
