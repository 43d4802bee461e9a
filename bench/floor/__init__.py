"""The floor: what a bare ASGI application over the bare driver needs for the same statements, rows and answers.

Written by hand for exactly what the bench asks, with what every answer of the application has too: request id, log
line, token look-up remembered for five seconds, ETag, common headers. The texts of its statements are the
application's own, compiled from the same objects; the bench compares answers and written rows before it measures.
"""

from bench.floor.door import Floor

__all__ = ["Floor"]
