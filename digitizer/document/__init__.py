"""The nouns: geometry, pages, layouts, readings, form definitions and records. Imports nothing of ours."""
