"""The review screen and the HTTP API: people look at what the program is not sure of, and say what stands there.

`app.make_app` puts it together. Everything comes from here: no page loads anything from elsewhere.
"""
