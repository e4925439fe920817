"""Made-up filled forms, drawn and scanned: training material and samples. Needs Chromium; nothing else here does."""
