"""Tells what the files with the page's sentences lack: `python -m livechat.page.words --help`."""

import sys

from livechat.page.words import command

sys.exit(command.main())
