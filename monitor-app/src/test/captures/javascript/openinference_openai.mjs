// Arize's OpenInference on the OpenAI client, exported as OTLP/JSON.
import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai';
import { setSession, setTags, setUser, traceChain, traceTool, withSpan } from '@arizeai/openinference-core';
import { context } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import OpenAI from 'openai';

import { OTLP, SESSION, USER } from './application.mjs';
import { run } from './openai_application.mjs';

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({
    'service.name': 'shop', 'service.version': '1.4.2', 'deployment.environment.name': 'staging',
  }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: OTLP + '/v1/traces' }))],
});
provider.register();
new OpenAIInstrumentation({ tracerProvider: provider }).manuallyInstrument(OpenAI);

function turn(answer, question) {
  const active = setTags(setUser(setSession(context.active(), { sessionId: SESSION }), { userId: USER }), ['beta']);
  return context.with(active, () => traceChain(answer, { name: 'assistant' })(question));
}

const retriever = (search) =>
  withSpan(search, {
    name: 'manuals',
    kind: 'RETRIEVER',
    processOutput: (documents) =>
      Object.assign({}, ...documents.map((d, i) => ({
        [`retrieval.documents.${i}.document.id`]: d.id,
        [`retrieval.documents.${i}.document.content`]: d.text,
        [`retrieval.documents.${i}.document.score`]: d.score,
      }))),
  });

await run(new OpenAI(), turn, retriever, (name, f) => traceTool(f, { name }), { tags: ['beta'] });
await provider.shutdown();
