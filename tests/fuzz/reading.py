"""What reading must come to, whatever a file holds: a document, or one line of why not."""

from __future__ import annotations

from pathlib import Path

from index.errors import CewenError, UnbalancedText
from index.readers import SourceFile, read_document, read_documents, unpacked

NAME = "报告"


def read(data: bytes, suffix: str) -> str:
    """What was wrong with a file; "" where a document came of it. Nothing else may happen."""
    source = SourceFile(Path(NAME + suffix), data)
    try:
        if suffix == ".zip":
            documents = [document for _, document in read_documents(unpacked([source])[0])[0]]
        else:
            documents = [read_document(source)]
    except UnbalancedText:
        # Reading lost or made up a character: that is no broken file, that is a fault.
        raise
    except CewenError as error:
        said = str(error)
        assert said and "\n" not in said, said
        return said
    for document in documents:
        assert document.cells
        assert all(item.text.strip() for cell in document.cells for item in cell.items)
    return ""
