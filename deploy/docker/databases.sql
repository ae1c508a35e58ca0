-- Run once, by an empty PostgreSQL. Rasa's table `events` must not meet another program's: each has its own database.
CREATE DATABASE conversations;
CREATE DATABASE chats;
