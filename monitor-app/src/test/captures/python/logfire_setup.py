"""Logfire, which exports wherever OTEL_EXPORTER_OTLP_ENDPOINT says."""
import logfire

from application import SESSION, USER

# Logfire scrubs what has "session" in its name, unless told not to
logfire.configure(send_to_logfire=False, console=False, scrubbing=False)


def turn(answer, question):
    with logfire.span("POST /ask", **{"session.id": SESSION, "user.id": USER}, _tags=["beta"]):
        return answer(question)


def traced(function):
    def call(*arguments, **named):
        # the function's arguments and result become the span's
        return logfire.instrument(extract_args=True, record_return=True)(function)(*arguments, **named)

    return call
