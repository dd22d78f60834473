"""The only MongoDB. Repositories are named by the question they answer or the event they store."""
