"""Arize's OpenInference on LlamaIndex."""
from openinference.instrumentation import TracerProvider, using_attributes
from openinference.instrumentation.llama_index import LlamaIndexInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace.export import BatchSpanProcessor

import llama_index_application
from application import OTLP, SESSION, USER

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=OTLP + "/v1/traces")))
LlamaIndexInstrumentor().instrument(tracer_provider=provider)


def turn(answer, question):
    with using_attributes(session_id=SESSION, user_id=USER, tags=["beta"]):
        return answer(question)


llama_index_application.run(turn, tags=["beta"])
provider.shutdown()
