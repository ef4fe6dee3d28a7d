"""The application's own functions, traced with @mlflow.trace."""
import mlflow
from mlflow.entities import Document, SpanType

from application import SESSION, USER

tool = mlflow.trace(span_type=SpanType.TOOL)


def turn(answer, question):
    @mlflow.trace(name="assistant")
    def assistant(question):
        # MLflow keeps a trace's session and user beside the spans, and exports the spans alone
        mlflow.get_current_active_span().set_attributes({"session.id": SESSION, "user.id": USER})
        return answer(question)

    return assistant(question)


def retriever(function):
    @mlflow.trace(name="manuals", span_type=SpanType.RETRIEVER)
    def manuals(query):
        return [Document(page_content=d["text"], id=d["id"], metadata={"score": d["score"]}) for d in function(query)]

    return lambda query: [{"text": d.page_content} for d in manuals(query)]
