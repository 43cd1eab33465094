"""File formats of fastText and floret."""
