"""Arize's OpenInference, set up by hand: a chain, a retriever and the tools, of the application's own."""
from openinference.instrumentation import TracerProvider, using_attributes
from openinference.semconv.trace import DocumentAttributes, SpanAttributes
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from application import OTLP, SESSION, USER

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=OTLP + "/v1/traces")))
trace.set_tracer_provider(provider)
tracer = provider.get_tracer("shop")


def turn(answer, question):
    with using_attributes(session_id=SESSION, user_id=USER, tags=["beta"], metadata={"channel": "web"}):
        @tracer.chain(name="assistant")
        def assistant(question: str) -> str:
            return answer(question)

        return assistant(question)


def retriever(function):
    def traced(query):
        with tracer.start_as_current_span("manuals", openinference_span_kind="retriever") as span:
            span.set_input(query)
            documents = function(query)
            for i, document in enumerate(documents):
                prefix = f"{SpanAttributes.RETRIEVAL_DOCUMENTS}.{i}."
                span.set_attribute(prefix + DocumentAttributes.DOCUMENT_ID, document["id"])
                span.set_attribute(prefix + DocumentAttributes.DOCUMENT_CONTENT, document["text"])
                span.set_attribute(prefix + DocumentAttributes.DOCUMENT_SCORE, document["score"])
            return documents

    return traced
