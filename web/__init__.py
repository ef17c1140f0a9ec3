"""The site: a Gradio chat over `qa`, and the pages and programs' interfaces beside it."""

import os

# Before anything imports gradio: nothing of this site may leave the machine.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
