// Langfuse's callback handler on LangChain for JavaScript.
import { CallbackHandler } from '@langfuse/langchain';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { propagateAttributes } from '@langfuse/tracing';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

import { SESSION, USER } from './application.mjs';
import { run } from './langchain_application.mjs';

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({
    'service.name': 'shop', 'service.version': '1.4.2', 'deployment.environment.name': 'staging',
  }),
  spanProcessors: [new LangfuseSpanProcessor()],
});
provider.register();

const turn = (answer, question) =>
  propagateAttributes({ sessionId: SESSION, userId: USER, tags: ['beta'] }, () => answer(question));

await run(turn, { tags: ['beta'] }, { callbacks: [new CallbackHandler()] });
await provider.shutdown();
