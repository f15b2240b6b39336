"""What is there (`model`, `state`), the rules by which it changes, and how each side sees it."""
