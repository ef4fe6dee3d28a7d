// The four applications in LangChain: a prompt and a model, a retriever, an agent; the SDK's program gives turn.
import { Document } from '@langchain/core/documents';
import { ToolMessage } from '@langchain/core/messages';
import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate, MessagesPlaceholder } from '@langchain/core/prompts';
import { BaseRetriever } from '@langchain/core/retrievers';
import { RunnableLambda, RunnablePassthrough, RunnableSequence } from '@langchain/core/runnables';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { createAgent, createMiddleware } from 'langchain';
import { z } from 'zod';

import { CASE, INSTRUCTIONS, MODEL, QUESTIONS, answered, asked, getWeather, lookupOrder, search } from './application.mjs';

class Manuals extends BaseRetriever {
  lc_namespace = ['shop'];

  async _getRelevantDocuments(query) {
    return search(query).map((d) => new Document({ id: d.id, pageContent: d.text, metadata: { score: d.score } }));
  }
}

const tellTheModel = createMiddleware({
  name: 'tell_the_model',
  wrapToolCall: async (request, handler) => {
    try {
      return await handler(request);
    } catch (e) {
      return new ToolMessage({ content: `error: ${e.message}`, tool_call_id: request.toolCall.id, status: 'error' });
    }
  },
});

// turn(answer, question): one trace of SESSION and USER; facts: what else the application tells its SDK, for its log;
// config: LangChain's, for every call
export async function run(turn, facts, config) {
  const model = new ChatOpenAI({ model: MODEL, streamUsage: true });
  const history = [];

  async function chat(question) {
    const prompt = ChatPromptTemplate.fromMessages(
      [['system', INSTRUCTIONS], new MessagesPlaceholder('history'), ['user', '{question}']]);
    const chain = prompt.pipe(model).pipe(new StringOutputParser()).withConfig({ runName: 'assistant' });
    const given = { history: [...history], question };
    let text = '';
    if (history.length) {
      // the second turn streams
      for await (const chunk of await chain.stream(given, config)) text += chunk;
    } else {
      text = await chain.invoke(given, config);
    }
    history.push(['user', question], ['assistant', text]);
    return text;
  }

  async function rag(question) {
    const joined = (documents) => documents.map((d) => d.pageContent).join('\n');
    const prompt = ChatPromptTemplate.fromMessages(
      [['system', 'Answer from these documents:\n{context}'], ['user', '{question}']]);
    const chain = RunnableSequence.from([
      { context: new Manuals().pipe(new RunnableLambda({ func: joined })), question: new RunnablePassthrough() },
      prompt,
      model,
      new StringOutputParser(),
    ]).withConfig({ runName: 'assistant' });
    return chain.invoke(question, config);
  }

  async function agent(question) {
    const tools = [
      tool(getWeather, { name: 'get_weather', description: 'Weather of a city', schema: z.object({ city: z.string() }) }),
      tool(lookupOrder, { name: 'lookup_order', description: 'State of an order', schema: z.object({ order_id: z.string() }) }),
    ];
    const graph = createAgent({ model, tools, systemPrompt: INSTRUCTIONS, middleware: [tellTheModel], name: 'assistant' });
    return (await graph.invoke({ messages: [['user', question]] }, config)).messages.at(-1).content;
  }

  const answer = { chat, rag, agent, 'tool-failure': agent }[CASE];
  for (const question of QUESTIONS) {
    asked(question, facts);
    answered(await turn(answer, question));
  }
}
