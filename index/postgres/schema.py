"""The tables of a store, in a schema of their own.

A passage's row in the store is its document's `first_row` and its place in the document: so that a
document can come and go without touching the others. A passage's `weights` are BM25's, one for each
word: what its count and the passage's length come to, the word's idf left to the question. They move
with the mean length, and so stand apart from what does not, their labels with them; all of them are
written anew with every change. Vectors stay in their rows (STORAGE MAIN):
fetched from elsewhere one by one they would take several times as long to compare.
"""

from __future__ import annotations

SCHEMA = "cewen"
FORMAT_VERSION = 1
LOCK = (0x6365, 0x7765)
"""The advisory lock that writers hold."""

# Whatever the format, `documents` has name, file, path, content, corrections and position: from
# these a store of another format is rebuilt.
TABLES = f"""
CREATE SCHEMA IF NOT EXISTS {SCHEMA};
CREATE TABLE {SCHEMA}.store (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    format_version integer NOT NULL,
    revision text NOT NULL,
    encoder text NOT NULL,
    dimension integer NOT NULL,
    segmentation text NOT NULL
);
CREATE TABLE {SCHEMA}.documents (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    file text NOT NULL,
    path text NOT NULL,
    content bytea NOT NULL,
    sha256 text NOT NULL,
    corrections json NOT NULL,
    position integer NOT NULL,
    first_row integer NOT NULL
);
CREATE TABLE {SCHEMA}.cells (
    document uuid NOT NULL REFERENCES {SCHEMA}.documents ON DELETE CASCADE,
    position integer NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (document, position)
);
CREATE TABLE {SCHEMA}.passages (
    document uuid NOT NULL REFERENCES {SCHEMA}.documents ON DELETE CASCADE,
    position integer NOT NULL,
    province text NOT NULL,
    "column" text NOT NULL,
    theme text NOT NULL,
    year text NOT NULL,
    words text NOT NULL,
    vector vector STORAGE MAIN NOT NULL,
    PRIMARY KEY (document, position)
);
CREATE INDEX ON {SCHEMA}.passages (province, "column");
CREATE TABLE {SCHEMA}.sentences (
    document uuid NOT NULL REFERENCES {SCHEMA}.documents ON DELETE CASCADE,
    position integer NOT NULL,
    vector vector STORAGE MAIN NOT NULL,
    PRIMARY KEY (document, position)
);
CREATE TABLE {SCHEMA}.words (
    id integer PRIMARY KEY,
    word text NOT NULL UNIQUE,
    holding integer NOT NULL,
    idf double precision NOT NULL
);
CREATE TABLE {SCHEMA}.weights (
    document uuid NOT NULL,
    position integer NOT NULL,
    province text NOT NULL,
    "column" text NOT NULL,
    theme text NOT NULL,
    year text NOT NULL,
    weights sparsevec STORAGE MAIN NOT NULL,
    PRIMARY KEY (document, position)
);
"""
FACET_COLUMNS = {
    "province": "p.province",
    "column": 'p."column"',
    "theme": "p.theme",
    "document": "d.name",
    "year": "p.year",
}
"""Where the values of each facet stand."""
