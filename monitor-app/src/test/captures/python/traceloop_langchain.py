"""OpenLLMetry (Traceloop's SDK) on LangChain."""
from opentelemetry import trace
from traceloop.sdk import Traceloop

import langchain_application
from application import OTLP, SESSION, USER

Traceloop.init(app_name="shop", api_endpoint=OTLP, telemetry_enabled=False)


def turn(answer, question):
    Traceloop.set_association_properties({"session_id": SESSION, "user_id": USER})
    return answer(question)


langchain_application.run(turn)
trace.get_tracer_provider().shutdown()
