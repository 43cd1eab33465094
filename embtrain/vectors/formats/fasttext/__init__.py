"""fastText's and floret's files."""
