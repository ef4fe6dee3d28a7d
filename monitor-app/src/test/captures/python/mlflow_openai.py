"""MLflow's autologging of the OpenAI client."""
import mlflow
import openai

import openai_application
from mlflow_setup import retriever, tool, turn

mlflow.openai.autolog()
openai_application.run(openai.OpenAI(), turn, retriever, tool)
mlflow.flush_trace_async_logging()
