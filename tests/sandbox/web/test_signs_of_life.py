"""The one private class of uvicorn's that the sandbox is made of."""

from __future__ import annotations

import runpy
import sys

import pytest

from livechat.sandbox.web import signs_of_life


def test_a_uvicorn_without_the_class_is_refused_with_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = signs_of_life.WebSocketsSansIOProtocol.__module__
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=r"uvicorn, which comes with Streamlit, .*signs_of_life"):
        runpy.run_path(signs_of_life.__file__)
