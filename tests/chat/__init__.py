"""What is known of a chat, and how each answer changes it: without a request."""
