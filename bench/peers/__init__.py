"""`make bench PART=peers`: the same passages and questions in other retrieval frameworks."""
