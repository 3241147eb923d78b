"""Take a picture of a page with chromium, for the README.

    python scripts/screenshot.py miner-report/index.html docs/images/report.png [--width 1280] [--height 1500] [--dark]

The picture is drawn at the page's own size; a headless chromium (or chrome) must be on the path. A picture for the
repository is made from starter facts and the example documents only, so that no crawled sentence is in it.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
TIMEOUT_S = 120


def take(browser: str, page: Path, picture: Path, size: tuple[int, int], *, dark: bool) -> None:
    """Write the picture; the browser's own files go to a temporary folder."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        options = [*QUIET, f"--user-data-dir={profile}", f"--window-size={size[0]},{size[1]}"]
        if dark:
            options.append("--blink-settings=preferredColorScheme=0")
        command = [browser, *options, f"--screenshot={picture.resolve()}", page.resolve().as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT_S)


def main() -> int:
    """Find a browser, take the picture, say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=1500)
    parser.add_argument("--dark", action="store_true")
    arguments = parser.parse_args()
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        print(f"none of {', '.join(BROWSERS)} is on the path", file=sys.stderr)
        return 1
    take(browser, arguments.page, arguments.picture, (arguments.width, arguments.height), dark=arguments.dark)
    print(f"{arguments.picture}: {arguments.picture.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
