"""From readings to fields: definitions, candidates, classifier, assignment, checks and confidence."""
