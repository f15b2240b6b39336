"""``python -m livechat``: is the page set up right?"""

import logging
import sys

try:
    from livechat.doctor.command import main
except ImportError as error:
    sys.exit(f"{error.name} is missing: pip install -r requirements.txt")
except KeyboardInterrupt:
    sys.exit(130)

if __name__ == "__main__":
    logging.disable()  # all that would be logged stands in the report
    sys.exit(main())
