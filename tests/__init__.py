"""The tests: a folder for each room of livechat/, and what drives the rooms in here."""
