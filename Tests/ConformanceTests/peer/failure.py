"""How an instruction, and with it a run or a transaction, fails."""
from pages import FATAL, TRAPS
from values import ZERO


class Failure(Exception):
    """A trap or a declared error. The innermost run that fails says where it happened."""

    def __init__(self, number, trap=None, error=None, kinds=(), arguments=()):
        super().__init__(trap or error)
        self.number, self.trap, self.error = number, trap, error
        self.kinds, self.arguments = kinds, arguments
        self.fatal = trap in FATAL
        self.origin, self.site, self.located = ZERO, None, False

    def locate(self, origin, site=None):
        if not self.located:
            self.origin, self.site, self.located = origin, site, True


def trap(name):
    return Failure(TRAPS[name], trap=name)
