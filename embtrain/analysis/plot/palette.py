"""Colours and shapes of groups: told apart with any kind of colour vision, on paper and on a dark screen."""

#: Okabe and Ito (2008), "Color Universal Design", without its black and its pale yellow.
COLORS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7")

#: Matplotlib's names of the shapes; the page draws the same ones. Never colour alone: neighbours in this list
#: differ in both.
SHAPES = ("o", "s", "^", "D", "v")

#: Of words in no group.
GREY = "#C0C0C0"

#: As many groups as a legend helps to keep apart; no two of them have both colour and shape in common.
MOST = 12


def style(group: int) -> tuple[str, int]:
    """Colour and number of the shape of a group; -1, in no group, is a grey disc."""
    if group < 0:
        return GREY, 0
    return COLORS[group % len(COLORS)], group % len(SHAPES)
