"""From ink to text and from text to typed values."""
