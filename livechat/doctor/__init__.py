"""Says whether the page is set up right, and what to do where it is not: `python -m livechat`."""
