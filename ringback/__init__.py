"""The call-back desk: what Ringback does, without Rasa and without any channel.

Import the pieces from their modules; nothing runs at import.
"""
