"""What there is in the sandbox, and the rules by which it changes."""
