"""What is known of the chat: one file for each value that a conversation is made of."""
