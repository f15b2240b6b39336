"""What the page costs, in figures, next to a plain port of the guide. Linux only: it reads /proc.

    python -m tests.bench           all of it, some 25 minutes; less with --quick

    python -m tests.bench.screen    how long a message takes to the customer's screen, in Chromium
    python -m tests.bench.idle      an idle minute of a short and of a long conversation
    python -m tests.bench.cpu       CPU of a page that opens, a poll, a message of either side
    python -m tests.bench.load      many open chats at once: a tick, CPU, memory, what is left
    python -m tests.bench.crowd     visitors who arrive, who all come at once, and who stay
    python -m tests.bench.cliff     how many chats it holds, and what becomes of four times as many

Measured side by side are the port (baseline.py), the app as it polls, and the app with LiveChat's
real-time API. Run them from the repository's root, on a machine that has nothing else to do: "all
others" is the CPU time of what else it did. Nothing is asserted: what is fast enough is for the
reader to say.
"""
