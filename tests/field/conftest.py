"""The app for the tests of the helpers: as the browser tests start it."""

from tests.browser.conftest import in_front, run_app

__all__ = ["in_front", "run_app"]
