"""`python -m portal.embedded up|down`: PostgreSQL and Valkey alone, without a demo."""

import argparse
import sys

from portal.embedded import services, state
from portal.embedded.state import CannotStart


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m portal.embedded", description=__doc__)
    parser.add_argument("deed", choices=["up", "down"])
    parser.add_argument("--fast", action="store_true", help="for tests: quick, and not safe against a power cut")
    asked = parser.parse_args()
    folder = state.folder()
    try:
        if asked.deed == "up":
            known = services.ensure_services(folder, asked.fast)
            sys.stdout.write(f"PostgreSQL on port {known['postgres']}, Valkey on port {known['valkey']}.\n")
        else:
            services.stop_services(folder)
    except CannotStart as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{error.strerror}: {error.filename or folder}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
