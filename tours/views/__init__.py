"""The pages of a tour: lists, reading, drafting, agreeing."""
