// The Vercel AI SDK, 4 to 7: generateText, streamText, tools, embed; the retriever's span is the application's own.
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import * as ai from 'ai';
import { z } from 'zod';

import {
  CASE, INSTRUCTIONS, MODEL, OTLP, QUESTIONS, SESSION, USER, answered, asked, context, failed, getWeather, lookupOrder,
  search,
} from './application.mjs';

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({
    'service.name': 'shop', 'service.version': '1.4.2', 'deployment.environment.name': 'staging',
  }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: OTLP + '/v1/traces' }))],
});
provider.register();
const { embed, generateText, streamText, tool } = ai;
const at = { baseURL: process.env.OPENAI_BASE_URL, apiKey: 'none' };
const openai = process.env.CAPTURE_PROVIDER === 'openai'
  ? (await import('@ai-sdk/openai')).createOpenAI({ ...at, compatibility: 'strict' }).chat
  : (await import('@ai-sdk/openai-compatible')).createOpenAICompatible({ ...at, name: 'openai', includeUsage: true });
const embedding = process.env.CAPTURE_PROVIDER === 'openai'
  ? (await import('@ai-sdk/openai')).createOpenAI(at).textEmbeddingModel
  : openai.textEmbeddingModel;
const facts = { sessionId: SESSION, userId: USER, tags: ['beta'] };
let telemetry = { experimental_telemetry: { isEnabled: true, functionId: 'assistant', metadata: facts } };
if (ai.registerTelemetry) {
  const { OpenTelemetry } = await import('@ai-sdk/otel');
  ai.registerTelemetry(new OpenTelemetry({ runtimeContext: true }));
  telemetry = {
    runtimeContext: facts,
    telemetry: { functionId: 'assistant', includeRuntimeContext: { sessionId: true, userId: true, tags: true } },
  };
}
const steps = ai.stepCountIs ?? ai.isStepCount;
const limit = steps ? { stopWhen: steps(5) } : { maxSteps: 5 };
const settings = { model: openai(MODEL), ...telemetry };
const described = (description, schema, execute) =>
  tool({ description, inputSchema: schema, parameters: schema, execute: async (a) => execute(a) });
const tools = {
  get_weather: described('Weather of a city', z.object({ city: z.string() }), getWeather),
  lookup_order: described('State of an order', z.object({ order_id: z.string() }), lookupOrder),
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
    await embed({ model: embedding('text-embedding-3-small'), value: question, ...telemetry });
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
  (await generateText({ ...settings, system: INSTRUCTIONS, prompt: question, tools, ...limit })).text;

for (const question of QUESTIONS) {
  asked(question, { tags: ['beta'] });
  // AI SDK 4 lets a tool's exception through to the application
  await { chat, rag, agent, 'tool-failure': agent }[CASE](question).then(answered, failed);
}
await provider.shutdown();
