"""OpenLLMetry (Traceloop's SDK) on LlamaIndex."""
import llama_index_application
from traceloop_setup import finish, turn  # after the framework, which it instruments

llama_index_application.run(turn)
finish()
