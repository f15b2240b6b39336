"""LiveChat's data structures, as they should be and as they should not."""
