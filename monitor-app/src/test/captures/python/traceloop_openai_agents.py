"""OpenLLMetry (Traceloop's SDK) on OpenAI's Agents SDK."""
from opentelemetry import trace
from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import task, workflow

import agents_application
from application import OTLP, SESSION, USER

Traceloop.init(app_name="shop", api_endpoint=OTLP, telemetry_enabled=False)


def turn(answer, question):
    Traceloop.set_association_properties({"session_id": SESSION, "user_id": USER})

    @workflow(name="assistant")
    def assistant(question):
        return answer(question)

    return assistant(question)


agents_application.run(turn, task(name="manuals"))
trace.get_tracer_provider().shutdown()
