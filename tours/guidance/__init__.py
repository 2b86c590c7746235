"""What helps whoever writes terms: the kinds of tour, good examples, and phrases that say nothing."""
