"""The form editor: a definition beside the scans that it is for, changed by hand and tried at once."""
