"""OpenLLMetry (Traceloop's SDK) on LlamaIndex."""
from opentelemetry import trace
from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import workflow

import llama_index_application
from application import OTLP, SESSION, USER

Traceloop.init(app_name="shop", api_endpoint=OTLP, telemetry_enabled=False)


def turn(answer, question):
    Traceloop.set_association_properties({"session_id": SESSION, "user_id": USER})

    @workflow(name="assistant")
    def assistant(question):
        return answer(question)

    return assistant(question)


llama_index_application.run(turn)
trace.get_tracer_provider().shutdown()
