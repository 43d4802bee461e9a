"""Serves the application, or the floor, in this process: `python -m bench.serve app 8001`. Settings: MINKA_*."""

import sys

import uvicorn

from app.kernel.settings import Settings


def main() -> None:
    """Serve what the first argument names on the port that the second names, both sides with the same server."""
    what, port = sys.argv[1:]
    settings = Settings()
    if what == "app":
        from app.main import build_app

        served = build_app(settings)
    else:
        from bench.floor import Floor

        served = Floor(settings)
    uvicorn.run(
        served,
        port=int(port),
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
    )


if __name__ == "__main__":
    main()
