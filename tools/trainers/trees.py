"""Two kinds of trees, averaged: boosted ones fit closely, randomised ones do better where a layout was never seen."""

from __future__ import annotations

from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, VotingClassifier

_TREES, _LEAF, _OF_FEATURES = 40, 3, 0.7


def averaged_trees(boosted: HistGradientBoostingClassifier, seed: int) -> VotingClassifier:
    """A classifier, not fitted, that tells the mean of both kinds' probabilities.

    Randomised trees: Geurts, Ernst and Wehenkel, Extremely randomized trees, Machine Learning 63 (2006).
    """
    randomised = ExtraTreesClassifier(
        n_estimators=_TREES, min_samples_leaf=_LEAF, max_features=_OF_FEATURES, random_state=seed
    )
    return VotingClassifier([("boosted", boosted), ("randomised", randomised)], voting="soft")
