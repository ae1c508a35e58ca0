#!/opt/venv/bin/python
"""`ringback …` inside the image, where the project is not installed but lies on PYTHONPATH."""

import sys

from ringback.cli import main

if __name__ == "__main__":
    sys.exit(main())
