// LangSmith's SDK in its OpenTelemetry mode: the wrapped OpenAI client and traceable.
import { initializeOTEL } from 'langsmith/experimental/otel/setup';
import { traceable } from 'langsmith/traceable';
import { wrapOpenAI } from 'langsmith/wrappers';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { LangSmithOTLPSpanProcessor } from 'langsmith/experimental/otel/processor';
import { LangSmithOTLPTraceExporter } from 'langsmith/experimental/otel/exporter';
import OpenAI from 'openai';

import { SESSION, USER } from './application.mjs';
import { run } from './openai_application.mjs';

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({
    'service.name': 'shop', 'service.version': '1.4.2', 'deployment.environment.name': 'staging',
  }),
  spanProcessors: [new LangSmithOTLPSpanProcessor(new LangSmithOTLPTraceExporter())],
});
provider.register();
initializeOTEL({ globalTracerProvider: provider, skipGlobalContextManagerSetup: true });

const metadata = { session_id: SESSION, user_id: USER };
const turn = (answer, question) =>
  traceable((asked) => answer(asked), { name: 'assistant', tags: ['beta'], metadata })(question);

// the shape that LangSmith asks of retrievers
const retriever = (search) => async (query) => {
  const found = await traceable(
    (q) => search(q).map((d) => ({
      page_content: d.text, type: 'Document', metadata: { id: d.id, score: d.score },
    })),
    { name: 'manuals', run_type: 'retriever' },
  )(query);
  return found.map((d) => ({ text: d.page_content }));
};

await run(
  wrapOpenAI(new OpenAI()),
  turn,
  retriever,
  (name, f) => traceable(f, { name, run_type: 'tool' }),
  { tags: ['beta'] },
);
await provider.shutdown();
