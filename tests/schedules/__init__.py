"""Random schedules: whatever happens to the tabs of one visitor, nothing is lost or doubled.

    python -m tests.schedules 10000 --seed 7

One to three tabs talk to the sandbox over HTTP. `machine.py` has the steps, and what must hold at
the end of each schedule; `tab.py` is a tab, `line.py` what it hears of LiveChat's pushes,
`others.py` what everybody else does to the chat, and `wire.py` what becomes of each request.
"""
