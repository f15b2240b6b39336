"""What the page costs, in figures, next to a plain port of the guide. Linux only: it reads /proc.

    python -m tests.bench           all of it, three quarters of an hour; with --quick one of them

    python -m tests.bench.screen    how long a message takes to the customer's screen, in Chromium
    python -m tests.bench.idle      an idle minute of a short and of a long conversation
    python -m tests.bench.load      many open chats at once: a tick, CPU, memory, what is left

Measured side by side are the port (baseline.py), the app as it polls, and the app with LiveChat's
real-time API. Run them from the repository's root, on a machine that has nothing else to do: "all
others" is the CPU time of what else it did. Nothing is asserted: what is fast enough is for the
reader to say.
"""
