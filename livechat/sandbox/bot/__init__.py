"""The scripted agent, and what it shows when a customer asks for it."""
