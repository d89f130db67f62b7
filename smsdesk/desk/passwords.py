"""Where passwords are kept: in the system's keyring, else for this run only; never in a file.

The variable of the environment is one password: it is that of the account a command names, or of the only one
there is, and is never tried on another service.
"""

import asyncio
import os

from smsdesk.core.errors import PasswordMissing

VARIABLE = "SMSDESK_PASSWORD"
_PLACE = "SMS Desk"


class Passwords:
    """Asks this run's memory, then the keyring. Its repr shows nothing."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def keep(self, account: str, password: str) -> None:
        """Remembers a password for this run."""
        self._kept[account] = password

    def named(self, account: str) -> None:
        """A command names this account: the password of the environment, where there is one, is its own."""
        if password := os.environ.get(VARIABLE):
            self.keep(account, password)

    async def save(self, account: str, password: str) -> bool:
        """Saves it in the keyring; False where there is none: then it is known for this run only."""
        self.keep(account, password)
        return await asyncio.to_thread(_save, account, password)

    async def of(self, account: str, *, only: bool = False) -> str:
        """The password of an account, of the ``only`` one the environment's too. Raises PasswordMissing.

        Its reason is ``whose`` where the environment has a password, and nobody said that it is this one's.
        """
        given = os.environ.get(VARIABLE)
        password = self._kept.get(account) or await asyncio.to_thread(_load, account)
        password = password or (given if only else None)
        if not password:
            raise PasswordMissing(account=account, reason="whose" if given else "")
        self._kept[account] = password
        return password


def _save(account: str, password: str) -> bool:
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(_PLACE, account, password)
    except (KeyringError, RuntimeError):
        return False
    return True


def _load(account: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(_PLACE, account)
    except (KeyringError, RuntimeError):
        return None
