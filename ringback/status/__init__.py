"""The operators' status page: what it shows, and how. It knows no web server."""
