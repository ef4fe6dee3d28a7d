// Langfuse's SDK: its OpenAI client and observe.
import { observeOpenAI } from '@langfuse/openai';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { observe, propagateAttributes } from '@langfuse/tracing';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import OpenAI from 'openai';

import { SESSION, USER } from './application.mjs';
import { run } from './openai_application.mjs';

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({
    'service.name': 'shop', 'service.version': '1.4.2', 'deployment.environment.name': 'staging',
  }),
  spanProcessors: [new LangfuseSpanProcessor()],
});
provider.register();

const turn = (answer, question) =>
  propagateAttributes({ sessionId: SESSION, userId: USER, tags: ['beta'] }, () =>
    observe(answer, { name: 'assistant' })(question));

await run(
  observeOpenAI(new OpenAI()),
  turn,
  (search) => observe(search, { name: 'manuals', asType: 'retriever' }),
  (name, f) => observe(f, { name, asType: 'tool' }),
  { tags: ['beta'] },
);
await provider.shutdown();
