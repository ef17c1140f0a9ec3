"""The page: a Gradio chat over `qa`."""
