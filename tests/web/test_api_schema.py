"""The API against its own description: whatever is asked, what comes back is described there.

A few examples of each operation, the same every time; `FUZZ_EXAMPLES` asks for more, and others.
"""

import os
from itertools import product

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from qa.live import Live
from web import api
from web.api import OPERATIONS
from web.openapi import METHODS
from web.programs import Programs

MORE = os.environ.get("FUZZ_EXAMPLES")
load_all_checks()
WANTED = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_schema_conformance", "response_headers_conformance", "unsupported_method"),
    "allow_header_conformance",
)
"""Not among them: that exactly what is described is accepted. A province that nothing has is not, and
the length of a question counts once its controls and surplus spaces are gone."""


@pytest.fixture(scope="module")
def described(searcher):
    app = FastAPI(openapi_url=None)
    app.include_router(api.create_router(Programs(Live(searcher), 10)))
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.mark.parametrize(
    ("operation", "mode"),
    # Where nothing is asked, nothing can be asked wrongly.
    [
        each
        for each in product(OPERATIONS, GenerationMode)
        if each != ("cells", GenerationMode.NEGATIVE)
    ],
)
@pytest.mark.parametrize("method", METHODS)
def test_whatever_is_asked_the_answer_is_as_described(described, operation, method, mode):
    asked = described[f"/api/{operation}"][method]

    @given(case=asked.as_strategy(generation_mode=mode))
    @settings(
        max_examples=int(MORE or 15),
        derandomize=not MORE,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case):
        case.call_and_validate(checks=[CHECKS.get_one(name) for name in WANTED])

    ask()
