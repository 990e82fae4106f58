"""The bot in the browser, without a token. Only this package imports simcord, and only in a demo."""
