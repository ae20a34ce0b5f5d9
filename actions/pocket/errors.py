"""What can go wrong with a link; see `actions.errors`."""

from __future__ import annotations

from actions.errors import ActionError


class NotAWorkersAccount(ActionError):
    """Only who handles tickets has something to link; whose account it is."""

    code, fields = "not_a_workers_account", ("login",)


class TooManyCodes(ActionError):
    """Codes were asked for more often than anybody needs them; minutes to wait."""

    code, fields = "too_many_codes", ("minutes",)
