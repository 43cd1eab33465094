"""Maps vectors to better or smaller ones: centring, principal directions, unit length, context vectors."""
