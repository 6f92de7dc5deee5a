"""Real complaints and reviews, read one by one: which flags a careful owner of a shop would set.

Numbers are rows of the files in the shared folder, from 0; the texts stay there. In the complaint files there are no narratives:
2014 has no such column, and in 2013 it is empty in all 1,000 rows. What customers chose stands instead: product, sub-product,
issue and sub-issue, each pair of issues once. The reviews are free text, and say what complaints say: that the goods are not what
was shown, or came months late.

Left out is what two careful owners would judge differently: "looks nothing like on the model" may be the shop or the figure.
All rows were read to be labelled, but the word lists were tuned on what they missed in the even rows alone.
"""

REVIEWS: dict[int, tuple[str, ...]] = {
    # Not as described, advertised, pictured: another colour, a lining that is not there, inches that are wrong.
    **dict.fromkeys((22, 82, 85, 126, 157, 184, 214, 224, 286, 324, 450, 518, 769, 780, 793, 875, 880, 889, 901, 903, 965, 992),
                    ("false-advertising",)),
    # Months until it came.
    **dict.fromkeys((33, 646, 653), ("late-order",)),
    # Burnt orange, chokers and pinstripes; shocked by the quality, exactly as pictured, delivered to my door; the wrong age or
    # figure; poor quality, damaged, itchy, smelly: nothing of it touches the law.
    **dict.fromkeys((26, 37, 89, 108, 161, 166, 188, 199, 203, 217, 237, 338, 383, 386, 415, 460, 503, 555, 564, 599, 605, 609,
                     613, 616, 664, 672, 695, 711, 719, 736, 741, 825, 829, 879, 963, 997), ()),
}  # fmt: skip

COMPLAINTS: dict[int, tuple[str, ...]] = {
    **dict.fromkeys((8, 126, 127, 242), ("call-optout",)),
    **dict.fromkeys((506, 1046), ("email-optout",)),
    **dict.fromkeys((19, 53, 63, 288, 539, 872, 2288), ("regulator-or-lawyer",)),
    **dict.fromkeys((30, 56, 283, 2145), ("chargeback",)),
    **dict.fromkeys((73, 188, 2124), ("data-leak",)),
    213: ("privacy",),
    309: ("false-advertising",),
    # Disputes about a bill, alerts about fraud, rude words, fees and bad service.
    **dict.fromkeys((0, 3, 13, 26, 72, 81, 82, 102, 105, 154, 173, 201, 204, 221, 235, 297, 414, 445, 887, 931, 1033), ()),
}  # fmt: skip


def tuned(row: int) -> bool:
    """Tell whether the word lists were tuned on a row."""
    return row % 2 == 0
