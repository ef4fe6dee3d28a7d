"""The four applications in LlamaIndex: a chat engine, a query engine over a retriever, an agent."""
import asyncio
import os

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.chat_engine import SimpleChatEngine
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, TextNode
from llama_index.core.tools import FunctionTool
from llama_index.llms.openai_like import OpenAILike

from application import (CASE, INSTRUCTIONS, MODEL, QUESTIONS, SESSION, USER, answered, asked, get_weather,
                         lookup_order, search)


class Manuals(BaseRetriever):
    def _retrieve(self, query):
        return [
            NodeWithScore(node=TextNode(id_=d["id"], text=d["text"]), score=d["score"])
            for d in search(query.query_str)
        ]


def run(turn, **facts):
    """
    turn(answer, question): calls answer(question) as one trace of session SESSION and user USER.
    facts: what else the application tells its SDK, for its log.
    """
    llm = OpenAILike(
        model=MODEL, api_base=os.environ["OPENAI_BASE_URL"], api_key="none", is_chat_model=True,
        is_function_calling_model=True)
    engine = SimpleChatEngine.from_defaults(llm=llm, system_prompt=INSTRUCTIONS)

    def chat(question):
        return str(engine.chat(question))

    def rag(question):
        return str(RetrieverQueryEngine.from_args(Manuals(), llm=llm).query(question))

    def agent(question):
        tools = [FunctionTool.from_defaults(f) for f in (get_weather, lookup_order)]
        assistant = FunctionAgent(
            name="assistant", tools=tools, llm=llm, system_prompt=INSTRUCTIONS, streaming=False)

        async def ask():
            return await assistant.run(question)

        return str(asyncio.run(ask()))

    answer = {"chat": chat, "rag": rag, "agent": agent, "tool-failure": agent}[CASE]
    for question in QUESTIONS:
        asked(question, session=SESSION, user=USER, **facts)
        answered(turn(answer, question))
