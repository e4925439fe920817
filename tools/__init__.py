"""Tools of the developers: run from a checkout, no part of the wheel."""
