"""Why something was set aside, and what its reader can do about it."""

from __future__ import annotations

from server.routes.pages.words import gettext


def why_words(why: str) -> tuple[str, str]:
    """A title and an advice for the name of an error, as ``SetAside.why`` keeps it."""
    known = {
        "RecordUnreadable": (
            gettext("A record that cannot be read"),
            gettext(
                "Ask the collaborator to keep it on the phone, and send the file to whoever "
                "looks after the system."
            ),
        ),
        "SameIdOtherAnswers": (
            gettext("Another record with the id of one that is there"),
            gettext(
                "Compare both. If this one is right, let the collaborator fill it in once more "
                "as a new form."
            ),
        ),
        "EditOutdated": (
            gettext("An edit of a record that was edited elsewhere meanwhile"),
            gettext(
                "Compare it with the record. If something is missing there, let the "
                "collaborator edit it once more."
            ),
        ),
        "OriginalUnknown": (
            gettext("An edit of a record that never arrived"),
            gettext("Ask the collaborator to send the original first, then the edit again."),
        ),
        "FormUnknown": (
            gettext("A record of a form that is not here"),
            gettext("Publish the form, then let the phone send it again."),
        ),
        "RecordTooLarge": (
            gettext("A record that is too large to be stored"),
            gettext(
                "Its answers can be taken away here. Let the form be split, or fewer be written "
                "at once."
            ),
        ),
        "FileDiffers": (
            gettext("A file that differs from the one of the same name"),
            gettext("The record kept the first one. Look at both before one is believed."),
        ),
        "TooLarge": (
            gettext("Something too large to be taken in"),
            gettext(
                "Nothing of it is kept here: it is still on the phone. Lower the size of "
                "pictures in the form, and let the phone send again."
            ),
        ),
        "TooManyFiles": (
            gettext("Too many files at once"),
            gettext(
                "Nothing of it is kept here: it is still on the phone. Update ODK Collect, "
                "which sends a hundred files at a time."
            ),
        ),
    }
    other = (
        gettext("Something that was not taken in"),
        gettext("Look at what was sent, and ask the collaborator."),
    )
    return known.get(why, other)
