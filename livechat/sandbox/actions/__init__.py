"""The methods of LiveChat's APIs: a function for each, and what its request must look like.

A file for each API; `shared_reads` and `transfers` hold what two of them do alike.
"""
