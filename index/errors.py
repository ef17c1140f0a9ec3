"""What can go wrong, as one tree.

    CewenError                    safe to show to the user; `exit_code` 2 unless said otherwise
    ├── SourceError               a document that cannot be read (path, line, what to do)
    │   └── UnbalancedText        reading lost or invented a character (exit_code 3: a fault of ours)
    ├── StoreError                a store that cannot be used as it is
    │   ├── StoreMissing          there is none
    │   ├── StoreForeign          something else is where it should be
    │   ├── StoreStale            sources, dictionary or encoder have changed since it was built
    │   ├── StoreDamaged          a file is missing, cut short or altered
    │   ├── StoreUnreadable       no permission to read it
    │   ├── StoreUnwritable       no permission, no space
    │   └── StoreServerFailed     the server that keeps it does not answer, or fails (exit_code 3)
    ├── EncoderError              a model that cannot be loaded or used
    ├── KnowledgeError            a data file of the domain that does not validate
    └── UsageError                a question, filter or option that makes no sense

Every message is one Chinese sentence: what was found, what was expected, what to do.
Foreign exceptions are mapped to these where a library is called, nowhere else.
"""

from __future__ import annotations


class CewenError(Exception):
    """Base of all errors whose text may be shown to the user as it is."""

    exit_code = 2


class SourceError(CewenError):
    """A source document is missing, empty, unreadable or not of a known form."""


class UnbalancedText(SourceError):
    """The cells read do not hold exactly the characters that came in."""

    exit_code = 3


class StoreError(CewenError):
    """A store cannot be opened or written."""


class StoreMissing(StoreError):
    """There is no store in the folder yet."""


class StoreForeign(StoreError):
    """Something else is where the store should be."""


class StoreStale(StoreError):
    """The store was built from other sources, another dictionary or another encoder."""


class StoreDamaged(StoreError):
    """A file of the store is missing, cut short or altered."""


class StoreUnreadable(StoreError):
    """The store is there, but may not be read; rebuilding it would not help."""


class StoreUnwritable(StoreError):
    """The store could not be written; what was there before is untouched."""


class StoreServerFailed(StoreError):
    """The server that keeps the store does not answer, or cannot do what is needed."""

    exit_code = 3


class EncoderError(CewenError):
    """An embedding model cannot be found, loaded or used."""


class KnowledgeError(CewenError):
    """A data file of domain knowledge does not validate."""


class UsageError(CewenError):
    """A question, filter or option that cannot be served; the message names what is valid."""
