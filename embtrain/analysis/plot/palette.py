"""Colours and shapes of groups, distinguishable with any colour vision, on paper and on a dark screen."""

#: Okabe and Ito (2008), "Color Universal Design", without its black and its pale yellow.
COLORS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7")

#: Matplotlib's names of the shapes; the page draws the same shapes. Adjacent groups differ in both colour and
#: shape.
SHAPES = ("o", "s", "^", "D", "v")

#: Colour of words in no group.
GREY = "#C0C0C0"

#: Most groups that a legend can distinguish; no two share both colour and shape.
MOST = 12


def style(group: int) -> tuple[str, int]:
    """Colour and shape number of a group; -1 (no group) is a grey disc."""
    if group < 0:
        return GREY, 0
    return COLORS[group % len(COLORS)], group % len(SHAPES)
