"""The search for options of `train`: candidates, trials, successive halving, effects, and the recipe."""
