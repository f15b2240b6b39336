"""What LiveChat is asked and what it answers, against the sandbox and over a wire."""
