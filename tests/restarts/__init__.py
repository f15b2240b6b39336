"""Stories in which everything is restarted, or ends, at random moments; then nothing is lost.

The app and the sandbox are killed and started again, the network goes in all its ways, Chromium is
killed and closed. `python -m tests.restarts` tells many of them, `tests/browser/test_restarts.py`
two.
"""
