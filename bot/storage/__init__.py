"""The only SQL. Repositories take a connection and return domain values; rows never leave this package."""

from bot.storage.database import Database
from bot.storage.transaction import Storage, Transaction

__all__ = ["Database", "Storage", "Transaction"]
