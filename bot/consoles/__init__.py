"""The screens of those who work here: operator, grid worker, manager (NiceGUI)."""

from bot.consoles.mounting import mount

__all__ = ["mount"]
