"""Discord, through a webhook of one channel."""
