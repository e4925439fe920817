"""From a file to a straight page and to what stands on it: rules, cells, marks and lines of ink."""
