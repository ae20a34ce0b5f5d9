"""What can go wrong with a file that somebody sends; part of the tree in `actions.errors`."""

from __future__ import annotations

from actions.errors import ActionError


class AttachmentUnknown(ActionError):
    """No attachment bears that id, or it is not for this person: both look the same from outside."""

    code = "attachment_unknown"


class AttachmentEmpty(ActionError):
    """A file without content."""

    code = "attachment_empty"


class AttachmentTooLarge(ActionError):
    """A file of more bytes than are taken; `limit` in megabytes."""

    code, fields = "attachment_too_large", ("limit",)


class AttachmentUnsupported(ActionError):
    """A file whose content is no photo, voice or video of a kind that is taken, whatever it is called."""

    code = "attachment_unsupported"


class AttachmentBroken(ActionError):
    """A file that begins rightly and can't be read to its end."""

    code = "attachment_broken"


class AttachmentTooManyPixels(ActionError):
    """An image so large that unpacking it could take all memory; `limit` in millions of pixels."""

    code, fields = "attachment_too_many_pixels", ("limit",)


class StorageUnreachable(ActionError):
    """The store of files does not answer, or refuses us."""

    code = "storage_unreachable"


class StorageMisconfigured(ActionError):
    """The store of files is set up wrongly: what is wrong with it."""

    code, fields = "storage_misconfigured", ("problem",)
