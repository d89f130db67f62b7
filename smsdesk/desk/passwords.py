"""Where passwords are kept: in the system's keyring, else for this run only; never in a file."""

import asyncio
import os

from smsdesk.core.errors import PasswordMissing

VARIABLE = "SMSDESK_PASSWORD"
_PLACE = "SMS Desk"


class Passwords:
    """Asks this run's memory, then the keyring, then the environment. Its repr shows nothing."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def keep(self, account: str, password: str) -> None:
        """Remembers a password for this run."""
        self._kept[account] = password

    async def save(self, account: str, password: str) -> bool:
        """Saves it in the keyring; False where there is none: then it is known for this run only."""
        self.keep(account, password)
        return await asyncio.to_thread(_save, account, password)

    async def of(self, account: str) -> str:
        """The password of an account. Raises PasswordMissing."""
        password = self._kept.get(account) or await asyncio.to_thread(_load, account)
        password = password or os.environ.get(VARIABLE)
        if not password:
            raise PasswordMissing(account=account)
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
