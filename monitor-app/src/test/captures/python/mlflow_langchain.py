"""MLflow's autologging of LangChain."""
import mlflow

import langchain_application
from application import SESSION, USER

mlflow.langchain.autolog()


def turn(answer, question):
    with mlflow.tracing.context(session_id=SESSION, user=USER):
        return answer(question)


langchain_application.run(turn)
mlflow.flush_trace_async_logging()
