"""What the server answers: values, documents, contact sheets, exchange with other programs, screens."""
