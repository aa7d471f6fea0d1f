"""A server as a process of its own, whose jobs are done by the double: `launch.py FOLDER PORT`."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from web.conftest import application

if __name__ == "__main__":
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    uvicorn.run(application(folder), host="127.0.0.1", port=port, log_level="warning")
