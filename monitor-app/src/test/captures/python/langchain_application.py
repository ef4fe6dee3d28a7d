"""The four applications in LangChain: a prompt and a model, a retriever, an agent. An SDK's program adds its own."""
from langchain.agents import create_agent
from langchain.agents.middleware import wrap_tool_call
from langchain_core.documents import Document
from langchain_core.messages import ToolMessage
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_core.output_parsers import StrOutputParser
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

from application import (CASE, INSTRUCTIONS, MODEL, QUESTIONS, SESSION, USER, answered, asked, get_weather,
                         lookup_order, search)


class Manuals(BaseRetriever):
    def _get_relevant_documents(self, query, *, run_manager):
        return [
            Document(id=d["id"], page_content=d["text"], metadata={"score": d["score"]}) for d in search(query)
        ]


@wrap_tool_call
def tell_the_model(request, handler):
    try:
        return handler(request)
    except RuntimeError as e:
        return ToolMessage(content=f"error: {e}", tool_call_id=request.tool_call["id"], status="error")


def run(turn, config=None, model=None, **facts):
    """
    turn(answer, question): calls answer(question) as one trace of session SESSION and user USER.
    config: LangChain's, for every call: callbacks, tags, metadata.
    model: another than OpenAI's.
    facts: what else the application tells its SDK, for its log.
    """
    model = model or ChatOpenAI(model=MODEL, stream_usage=True)
    history = []

    def chat(question):
        chat_prompt = ChatPromptTemplate.from_messages(
            [("system", INSTRUCTIONS), MessagesPlaceholder("history"), ("user", "{question}")])
        chain = (chat_prompt | model | StrOutputParser()).with_config(run_name="assistant")
        given = {"history": list(history), "question": question}
        # the second turn streams
        text = "".join(chain.stream(given, config)) if history else chain.invoke(given, config)
        history.extend([("user", question), ("assistant", text)])
        return text

    def rag(question):
        def joined(documents):
            return "\n".join(d.page_content for d in documents)

        rag_prompt = ChatPromptTemplate.from_messages(
            [("system", "Answer from these documents:\n{context}"), ("user", "{question}")])
        chain = (
            {"context": Manuals() | RunnableLambda(joined), "question": RunnablePassthrough()}
            | rag_prompt | model | StrOutputParser()
        ).with_config(run_name="assistant")
        return chain.invoke(question, config)

    def agent(question):
        tools = [tool(get_weather), tool(lookup_order)]
        graph = create_agent(model, tools, system_prompt=INSTRUCTIONS, middleware=[tell_the_model], name="assistant")
        return graph.invoke({"messages": [("user", question)]}, config)["messages"][-1].content

    answer = {"chat": chat, "rag": rag, "agent": agent, "tool-failure": agent}[CASE]
    for question in QUESTIONS:
        asked(question, session=SESSION, user=USER, **facts)
        answered(turn(answer, question))
