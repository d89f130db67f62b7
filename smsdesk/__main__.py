"""``python -m smsdesk``."""

import sys

from smsdesk.app import main

if __name__ == "__main__":
    sys.exit(main())
