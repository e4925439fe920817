"""Learning: alignment with truth, training, calibration."""
