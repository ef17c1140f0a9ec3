"""A store in a PostgreSQL database with pgvector, for several machines.

address ──▶ connections ──▶ home ──▶ reading (a revision, in one snapshot) ──▶ Store
                              │  └── writing (one transaction) over schema and binary
                              └── retrievers (search in SQL), watch (which revision is current)
"""
