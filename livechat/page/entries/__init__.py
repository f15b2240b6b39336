"""What draws one kind of event each; `transcript` puts them together."""
