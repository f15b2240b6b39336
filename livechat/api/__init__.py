"""Talks to LiveChat: the Web API, the token server, LiveChat's structures, its errors."""
