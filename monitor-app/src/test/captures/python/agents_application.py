"""The four applications on OpenAI's Agents SDK (Responses API)."""
from agents import Agent, Runner, function_tool

from application import (CASE, INSTRUCTIONS, MODEL, QUESTIONS, SESSION, USER, answered, asked, get_weather, lookup_order,
                         search)


def run(turn, retriever=lambda function: function, **facts):
    """As openai_application.run; what follows the agent's tools is the SDK's."""
    tools = [function_tool(get_weather), function_tool(lookup_order)] if CASE in ("agent", "tool-failure") else []
    retrieve = retriever(search)
    history = []

    def answer(question):
        instructions = INSTRUCTIONS
        if CASE == "rag":
            instructions = "Answer from these documents:\n" + "\n".join(d["text"] for d in retrieve(question))
        agent = Agent(name="assistant", instructions=instructions, model=MODEL, tools=tools)
        result = Runner.run_sync(agent, [*history, {"role": "user", "content": question}])
        history[:] = result.to_input_list()
        return result.final_output

    for question in QUESTIONS:
        asked(question, session=SESSION, user=USER, types=["AGENT"], **facts)
        answered(turn(answer, question))
