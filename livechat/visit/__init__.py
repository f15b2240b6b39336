"""Decides what is asked of LiveChat for one visitor, and when."""
