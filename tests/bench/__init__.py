"""What the page costs, in figures. Linux only: they are read from /proc.

    python -m tests.bench.load    many open chats at once: how long a tick takes, CPU, memory
    python -m tests.bench.idle    an idle minute of a short and of a long conversation

Run them from the repository's root, on a machine that has nothing else to do. Nothing is asserted:
what is fast enough is for the reader to say.
"""
