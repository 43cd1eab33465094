"""Commands that are killed, interrupted or run out of disk at random moments; nothing may be lost by that."""
