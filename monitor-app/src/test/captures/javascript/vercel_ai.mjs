// The Vercel AI SDK: generateText, streamText, tools, embed; the retriever's span is the application's own.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { embed, generateText, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';

import {
  CASE, INSTRUCTIONS, MODEL, OTLP, QUESTIONS, SESSION, USER, answered, asked, context, getWeather, lookupOrder, search,
} from './application.mjs';

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({
    'service.name': 'shop', 'service.version': '1.4.2', 'deployment.environment.name': 'staging',
  }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: OTLP + '/v1/traces' }))],
});
provider.register();
const openai = createOpenAICompatible({
  name: 'openai', baseURL: process.env.OPENAI_BASE_URL, apiKey: 'none', includeUsage: true,
});
const experimental_telemetry = {
  isEnabled: true,
  functionId: 'assistant',
  metadata: { sessionId: SESSION, userId: USER, tags: ['beta'] },
};
const settings = { model: openai(MODEL), experimental_telemetry };
const tools = {
  get_weather: tool({
    description: 'Weather of a city', inputSchema: z.object({ city: z.string() }), execute: async (a) => getWeather(a),
  }),
  lookup_order: tool({
    description: 'State of an order', inputSchema: z.object({ order_id: z.string() }),
    execute: async (a) => lookupOrder(a),
  }),
};
const history = [];

// read to its end, or the root span is still open when the process ends
async function streamed(call) {
  const result = streamText(call);
  await result.consumeStream();
  return result.text;
}

async function chat(question) {
  history.push({ role: 'user', content: question });
  const call = { ...settings, system: INSTRUCTIONS, messages: history };
  // the second turn streams
  const text = history.length > 1 ? await streamed(call) : (await generateText(call)).text;
  history.push({ role: 'assistant', content: text });
  return text;
}

const rag = (question) =>
  trace.getTracer('shop').startActiveSpan('POST /ask', async (span) => {
    await embed({
      model: openai.textEmbeddingModel('text-embedding-3-small'), value: question, experimental_telemetry,
    });
    const documents = trace.getTracer('shop').startActiveSpan('retrieval manuals', (retrieval) => {
      const found = search(question);
      retrieval.setAttributes({
        'gen_ai.operation.name': 'retrieval',
        'gen_ai.retrieval.query.text': question,
        'gen_ai.retrieval.documents': JSON.stringify(
          found.map((d) => ({ id: d.id, content: d.text, score: d.score }))),
      });
      retrieval.end();
      return found;
    });
    const { text } = await generateText({ ...settings, system: context(documents), prompt: question });
    span.end();
    return text;
  });

const agent = async (question) =>
  (await generateText({ ...settings, system: INSTRUCTIONS, prompt: question, tools, stopWhen: stepCountIs(5) })).text;

for (const question of QUESTIONS) {
  asked(question, { tags: ['beta'] });
  answered(await { chat, rag, agent, 'tool-failure': agent }[CASE](question));
}
await provider.shutdown();
