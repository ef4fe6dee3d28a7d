"""OpenLLMetry (Traceloop's SDK) with its decorators."""
from opentelemetry import trace
from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import task, tool as traced_tool, workflow

from application import OTLP, SESSION, USER

Traceloop.init(app_name="shop", api_endpoint=OTLP, telemetry_enabled=False)
retriever = task(name="manuals")


def turn(answer, question):
    Traceloop.set_association_properties({"session_id": SESSION, "user_id": USER})

    @workflow(name="assistant")
    def assistant(question):
        return answer(question)

    return assistant(question)


def tool(function):
    return traced_tool(name=function.__name__)(function)


def finish():
    trace.get_tracer_provider().shutdown()
