"""What the places share in which a person chats through somebody else's platform: WhatsApp and Slack.

* `choices`: which choices a message offers, in pages, with titles and ids that the platform takes. Pure.
* `meaning`: what a tap or a typed text means, given what was offered. Pure.
* `store`: people, messages that came in, and what became of each message that went out, in one database.
* `inbox`: each message that comes in is handled once and in order, also after a restart and with several replicas.
* `outbox`: what goes out, in order for each person, with retries; every failure is recorded.
"""
