"""By when the law of a country wants a complaint answered: yes, or no with reasons in writing."""

from typing import NamedTuple

from returnkit.service.terms import Deadline


class Statute(NamedTuple):
    """How long an answer may take, and where that stands. Days count from the one after the complaint was received."""

    within: Deadline
    cite: str


# Each says that silence is a refusal, with which the customer may go to the authority, or sets a fine on it.
ANSWER = {
    "LV": Statute(Deadline(15, "working-days"), "Patērētāju tiesību aizsardzības likums, 26.1 pants"),
    "EE": Statute(Deadline(15, "days"), "Tarbijakaitseseadus"),
    "HR": Statute(Deadline(15, "days"), "Zakon o zaštiti potrošača (NN 19/2022), čl. 10. st. 6."),
}
