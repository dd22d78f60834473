"""Ports on this machine's loopback."""

from __future__ import annotations

import random
import socket

# Below the range from which systems take ports for outgoing connections: while a database restarts,
# its port stands empty, and a client that knocks on it must not be given that very port.
RANGE = range(20_000, 30_000)


def free_port() -> int:
    """A random one, so that two installations on a machine rarely meet."""
    candidates = random.SystemRandom().sample(RANGE, 200)
    return next(port for port in candidates if is_free(port))


def is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
