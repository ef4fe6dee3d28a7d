"""MLflow's autologging of LlamaIndex."""
import mlflow

import llama_index_application
from application import SESSION, USER

mlflow.llama_index.autolog()


def turn(answer, question):
    with mlflow.tracing.context(session_id=SESSION, user=USER):
        return answer(question)


llama_index_application.run(turn)
mlflow.flush_trace_async_logging()
