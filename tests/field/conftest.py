"""The app for the tests of the helpers: as the browser tests start it."""

from tests.browser.conftest import run_app

__all__ = ["run_app"]
