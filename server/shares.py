"""Threads of the web process, so that nobody has them all: not one address, and not one client
behind a proxy.

Who has their share waits until one of their own is done. Nothing is refused: a whole office, or the
telephones of a province, may stand behind one address.
"""

from __future__ import annotations

from collections import Counter, deque
from ipaddress import ip_address, ip_network
from threading import Lock
from typing import Any

_ONE_HOUSE = 64  # bits of an address of IPv6: what one house is given


class Shares:
    """``most`` for each. Any thread may ask."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._gate = Lock()
        self._held = Counter[str]()
        self._waiting = dict[str, deque[Any]]()

    def __bool__(self) -> bool:
        """Whether anybody waits."""
        return bool(self._waiting)

    def take(self, whose: str, waits: Any = None) -> bool:
        """Whether there was one left for them. Else what ``waits`` is given back when it is its
        turn, and has the share by then."""
        with self._gate:
            if self._held[whose] < self._most:
                self._held[whose] += 1
                return True
            if waits is not None:
                self._waiting.setdefault(whose, deque()).append(waits)
            return False

    def give_back(self, whose: str) -> Any:
        """What of theirs has it now, or None."""
        with self._gate:
            if whose in self._waiting:
                return self._next(whose, last=False)
            self._held[whose] -= 1
            if not self._held[whose]:
                del self._held[whose]
            return None

    def waiting(self) -> Counter[str]:
        with self._gate:
            return Counter({whose: len(each) for whose, each in self._waiting.items()})

    def turn_away(self, whose: str) -> Any:
        """Who came last of theirs waits no longer; None where nobody does."""
        with self._gate:
            return self._next(whose, last=True) if whose in self._waiting else None

    def _next(self, whose: str, *, last: bool) -> Any:
        waiting = self._waiting[whose]
        found = waiting.pop() if last else waiting.popleft()
        if not waiting:
            del self._waiting[whose]
        return found


def household(address: str) -> str:
    """What counts as one: an address, or the network of IPv6 that one house is given."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if mapped := getattr(found, "ipv4_mapped", None):
        return str(mapped)
    return (
        str(ip_network((int(found), _ONE_HOUSE), strict=False)) if found.version == 6 else address
    )
