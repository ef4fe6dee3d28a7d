// The four applications on the bare OpenAI client; the SDK's program gives its decoration.
import {
  CASE, INSTRUCTIONS, MODEL, QUESTIONS, TOOL_DEFINITIONS, answered, asked, context, getWeather, lookupOrder, search,
} from './application.mjs';

// turn(answer, question): one trace. retriever, tool(name, function): what the SDK wants around such a function.
export async function run(client, turn, retriever, tool, facts) {
  const retrieve = retriever(search);
  const tools = { get_weather: tool('get_weather', getWeather), lookup_order: tool('lookup_order', lookupOrder) };
  const history = [{ role: 'system', content: INSTRUCTIONS }];

  async function chat(question) {
    history.push({ role: 'user', content: question });
    let text = '';
    if (history.length > 2) {
      // the second turn streams
      const chunks = await client.chat.completions.create({
        model: MODEL, messages: history, stream: true, stream_options: { include_usage: true },
      });
      for await (const chunk of chunks) text += chunk.choices[0]?.delta?.content ?? '';
    } else {
      text = (await client.chat.completions.create({ model: MODEL, messages: history })).choices[0].message.content;
    }
    history.push({ role: 'assistant', content: text });
    return text;
  }

  async function rag(question) {
    await client.embeddings.create({ model: 'text-embedding-3-small', input: question, encoding_format: 'float' });
    const documents = await retrieve(question);
    const messages = [{ role: 'system', content: context(documents) }, { role: 'user', content: question }];
    return (await client.chat.completions.create({ model: MODEL, messages })).choices[0].message.content;
  }

  async function agent(question) {
    const messages = [...history, { role: 'user', content: question }];
    for (;;) {
      const completion = await client.chat.completions.create({ model: MODEL, messages, tools: TOOL_DEFINITIONS });
      const reply = completion.choices[0].message;
      if (!reply.tool_calls?.length) return reply.content;
      messages.push(reply);
      for (const call of reply.tool_calls) {
        let content;
        try {
          content = await tools[call.function.name](JSON.parse(call.function.arguments));
        } catch (e) {
          content = `error: ${e.message}`;
        }
        messages.push({ role: 'tool', tool_call_id: call.id, content });
      }
    }
  }

  const answer = { chat, rag, agent, 'tool-failure': agent }[CASE];
  for (const question of QUESTIONS) {
    asked(question, facts);
    answered(await turn(answer, question));
  }
}
