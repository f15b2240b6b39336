"""What is picked of a product (what a browser makes of it: see tests/browser)."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest


def shown(view_type: str) -> AppTest:
    """A product with a size that LiveChat has selected."""

    def script(view_type: str) -> None:
        import streamlit as st

        from livechat.api.structures.ecommerce import Ecommerce, ProductOption
        from livechat.page.entries.products import Product
        from livechat.page.folding import Room
        from livechat.settings import load

        sizes = (ProductOption("s", "S"), ProductOption("m", "M", selected=True))
        mug = Ecommerce("mug", view_type, "Size", sizes)
        product = Product(mug, "0", load({}, None, {}), Room())
        if not st.session_state.get("is_hidden"):
            product.draw()
        st.session_state.picked = product.picked.option_id

    return AppTest.from_function(script, args=(view_type,)).run()


def options(app: AppTest) -> Any:
    (element,) = [*app.radio, *app.selectbox]
    return element


@pytest.mark.parametrize("view_type", ["tags", "swatch", "images", "select"])
def test_what_is_picked_stays_so_while_it_is_not_drawn(view_type: str) -> None:
    app = shown(view_type)
    assert app.session_state["picked"] == options(app).value == "m"
    options(app).set_value("s").run()
    for is_hidden in (True, True, False):  # Streamlit forgets a widget that was not drawn
        app.session_state["is_hidden"] = is_hidden
        app.run()
        assert not app.exception
        assert app.session_state["picked"] == "s"
    assert options(app).value == "s"


def test_nothing_may_be_picked_instead_of_what_was_selected() -> None:
    app = shown("select")
    options(app).set_value(None).run()
    assert app.session_state["picked"] is None
    app.run()
    assert options(app).value is None
    assert app.session_state["picked"] is None
