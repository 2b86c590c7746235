"""The pages of a tour: reading, drafting, agreeing."""
