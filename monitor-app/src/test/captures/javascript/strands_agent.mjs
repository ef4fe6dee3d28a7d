// Strands Agents for JavaScript, with the telemetry it brings: OTEL_EXPORTER_OTLP_ENDPOINT says where to.
import { Agent, tool } from '@strands-agents/sdk';
import { OpenAIModel } from '@strands-agents/sdk/models/openai';
import { setupTracer } from '@strands-agents/sdk/telemetry';
import { z } from 'zod';

import { CASE, INSTRUCTIONS, MODEL, QUESTIONS, SESSION, USER, answered, asked, getWeather, lookupOrder } from './application.mjs';

const provider = setupTracer({ exporters: { otlp: true } });
const agent = new Agent({
  model: new OpenAIModel({
    api: 'chat', modelId: MODEL, apiKey: 'none', clientConfig: { baseURL: process.env.OPENAI_BASE_URL },
  }),
  name: 'assistant',
  systemPrompt: INSTRUCTIONS,
  tools: CASE === 'chat' ? [] : [
    tool({
      name: 'get_weather', description: 'Weather of a city', inputSchema: z.object({ city: z.string() }), callback: getWeather,
    }),
    tool({
      name: 'lookup_order', description: 'State of an order', inputSchema: z.object({ order_id: z.string() }), callback: lookupOrder,
    }),
  ],
  traceAttributes: { 'session.id': SESSION, 'user.id': USER, tags: ['beta'] },
  printer: false,
});
for (const question of QUESTIONS) {
  asked(question, { tags: ['beta'], types: ['AGENT'] });
  answered((await agent.invoke(question)).toString());
}
await provider.forceFlush();
