"""MLflow's autologging of the Anthropic client, whose streams it does not follow."""
import mlflow
import anthropic

import anthropic_application
from mlflow_setup import retriever, tool, turn

mlflow.anthropic.autolog()
anthropic_application.run(anthropic.Anthropic(), turn, retriever, tool, streams=False)
mlflow.flush_trace_async_logging()
