"""LiveChat's data structures, parsed once where they come in (section 4)."""
