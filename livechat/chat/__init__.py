"""Knows: what is known of the chat, and how each answer changes it. Pure: no HTTP, no clock."""
