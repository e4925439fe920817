"""Trainers of the models that ship in models/, from drawn pages alone."""
