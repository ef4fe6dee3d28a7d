// Arize's OpenInference on LangChain for JavaScript.
import { LangChainInstrumentation } from '@arizeai/openinference-instrumentation-langchain';
import { setSession, setTags, setUser } from '@arizeai/openinference-core';
import * as callbacks from '@langchain/core/callbacks/manager';
import { context } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

import { OTLP, SESSION, USER } from './application.mjs';
import { run } from './langchain_application.mjs';

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({
    'service.name': 'shop', 'service.version': '1.4.2', 'deployment.environment.name': 'staging',
  }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: OTLP + '/v1/traces' }))],
});
provider.register();
new LangChainInstrumentation({ tracerProvider: provider }).manuallyInstrument(callbacks);

function turn(answer, question) {
  const active = setTags(setUser(setSession(context.active(), { sessionId: SESSION }), { userId: USER }), ['beta']);
  return context.with(active, () => answer(question));
}

await run(turn, { tags: ['beta'] });
await provider.shutdown();
