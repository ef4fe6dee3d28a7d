"""LangSmith's OpenTelemetry mode on LangChain."""
from langchain_core.tracers.langchain import wait_for_all_tracers
from opentelemetry import trace

import langchain_application
from application import SESSION, USER

langchain_application.run(
    lambda answer, question: answer(question),
    config={"tags": ["beta"], "metadata": {"session_id": SESSION, "user_id": USER}},
    tags=["beta"],
)
wait_for_all_tracers()
trace.get_tracer_provider().shutdown()
