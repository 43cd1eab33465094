"""Skip-gram with negative sampling."""
