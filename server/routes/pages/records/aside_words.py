"""Why something was set aside, and what its reader can do about it."""

from __future__ import annotations

from server.routes.pages.words import N_, gettext

_KNOWN = {
    "RecordUnreadable": (
        N_("A record that cannot be read"),
        N_(
            "Ask the collaborator to keep it on the phone, and send the file to whoever "
            "looks after the system."
        ),
    ),
    "SameIdOtherAnswers": (
        N_("Another record with the id of one that is there"),
        N_(
            "Compare both. If this one is right, let the collaborator fill it in once more "
            "as a new form."
        ),
    ),
    "IdTaken": (  # by a record of which this office is to learn nothing
        N_("A record that could not be stored under its id"),
        N_(
            "Let the collaborator fill it in once more as a new form. If the phone came from "
            "another office, ask the centre."
        ),
    ),
    "EditOutdated": (
        N_("An edit of a record that was edited elsewhere meanwhile"),
        N_(
            "Compare it with the record. If something is missing there, let the "
            "collaborator edit it once more."
        ),
    ),
    "OriginalUnknown": (
        N_("An edit of a record that this office has not sent"),
        N_(
            "Ask the collaborator to send the original first, then the edit again. If the "
            "phone came from another office, ask the centre."
        ),
    ),
    "RecordDeleted": (
        N_("Something new of a record that was deleted"),
        N_(
            "The record stays deleted. If it was deleted by mistake, let the collaborator "
            "fill it in once more as a new form."
        ),
    ),
    "FormUnknown": (
        N_("A record of a form that is not here"),
        N_("Publish the form, then let the phone send it again."),
    ),
    "FormNotGiven": (
        N_("A record of a form that its sender's role does not have"),
        N_("Ask who sent it why, and let somebody whose form it is fill it in."),
    ),
    "EditNotGiven": (
        N_("An edit of a record by somebody who may not edit it"),
        N_("Compare both. If this one is right, edit the record here."),
    ),
    "RecordTooLarge": (
        N_("A record that is too large to be stored"),
        N_(
            "Its answers can be taken away here. Let the form be split, or fewer be written "
            "at once."
        ),
    ),
    "TwoRecords": (
        N_("Two records in one upload"),
        N_(
            "The first was taken in; the other one is kept with it, as a file. Compare both, "
            "and let what is missing be filled in once more."
        ),
    ),
    "FileDiffers": (
        N_("A file that differs from the one of the same name"),
        N_("The record kept the first one. Look at both before one is believed."),
    ),
    "TooLarge": (
        N_("Something too large to be taken in"),
        N_(
            "It is still on the phone; at most its answers are kept here. Lower the size of "
            "pictures in the form, and let the phone send again."
        ),
    ),
    "TooManyFiles": (
        N_("Too many files at once"),
        N_(
            "It is still on the phone; at most its answers are kept here. Update ODK "
            "Collect, which sends a hundred files at a time."
        ),
    ),
}
_OTHER = (
    N_("Something that was not taken in"),
    N_("Look at what was sent, and ask the collaborator."),
)


def why_words(why: str) -> tuple[str, str]:
    """A title and an advice for the name of an error, as ``SetAside.why`` keeps it."""
    title, advice = _KNOWN.get(why, _OTHER)
    return gettext(title), gettext(advice)
