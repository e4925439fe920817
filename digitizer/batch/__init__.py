"""Many documents at once: finding them, workers with limits, results in the order of the input."""
