"""The pages of this room, a file for each matter."""
