"""The archive in a database: batches, documents, records with their corrections, and who works on what.

`database.open_store` opens it; the other modules are functions over an open connection. No other package knows SQL.
"""
