"""OpenTelemetry, set up by hand: the root span of a web server; the retriever and the tools write their spans by the
GenAI conventions."""
import functools
import json

from opentelemetry import _logs, trace
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from application import OTLP, SESSION, USER

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=OTLP + "/v1/traces")))
trace.set_tracer_provider(provider)
logs = LoggerProvider()
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(endpoint=OTLP + "/v1/logs")))
_logs.set_logger_provider(logs)
tracer = trace.get_tracer("shop")


def turn(answer, question):
    with tracer.start_as_current_span("POST /ask", kind=trace.SpanKind.SERVER) as span:
        span.set_attributes({"http.request.method": "POST", "session.id": SESSION, "user.id": USER})
        return answer(question)


def retriever(function):
    def traced(query):
        with tracer.start_as_current_span("retrieval manuals") as span:
            documents = function(query)
            span.set_attributes({
                "gen_ai.operation.name": "retrieval",
                "gen_ai.data_source.id": "manuals",
                "gen_ai.retrieval.query.text": query,
                "gen_ai.retrieval.documents": json.dumps(
                    [{"id": d["id"], "content": d["text"], "score": d["score"]} for d in documents]),
            })
            return documents

    return traced


def tool(function):
    @functools.wraps(function)
    def traced(**arguments):
        name = function.__name__
        with tracer.start_as_current_span(f"execute_tool {name}") as span:
            span.set_attributes({
                "gen_ai.operation.name": "execute_tool",
                "gen_ai.tool.name": name,
                "gen_ai.tool.type": "function",
                "gen_ai.tool.call.arguments": json.dumps(arguments),
            })
            result = function(**arguments)
            span.set_attribute("gen_ai.tool.call.result", result)
            return result

    return traced
