"""LiveChat as the sandbox plays it: what it takes and refuses, answers and pushes."""
