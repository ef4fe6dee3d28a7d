// OpenTelemetry's own instrumentation of the OpenAI client, in its SDK for JavaScript: messages are log records.
import { createRequire } from 'node:module';

import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai';
import { NodeSDK } from '@opentelemetry/sdk-node';

import { SESSION, USER } from './application.mjs';
import { run } from './openai_application.mjs';

const sdk = new NodeSDK({ instrumentations: [new OpenAIInstrumentation()] });
sdk.start();
// required, not imported: what is imported is not patched without a loader
const { OpenAI } = createRequire(import.meta.url)('openai');
const tracer = trace.getTracer('shop');

const within = (name, attributes, work, kind) =>
  tracer.startActiveSpan(name, { attributes, kind }, async (span) => {
    try {
      return await work(span);
    } catch (e) {
      span.recordException(e);
      span.setStatus({ code: SpanStatusCode.ERROR, message: e.message });
      throw e;
    } finally {
      span.end();
    }
  });

await run(
  new OpenAI(),
  (answer, question) =>
    within('POST /ask', { 'session.id': SESSION, 'user.id': USER }, () => answer(question), SpanKind.SERVER),
  (search) => (query) =>
    within('retrieval manuals', { 'gen_ai.operation.name': 'retrieval', 'gen_ai.retrieval.query.text': query }, (span) => {
      const documents = search(query);
      span.setAttribute(
        'gen_ai.retrieval.documents',
        JSON.stringify(documents.map((d) => ({ id: d.id, content: d.text, score: d.score }))),
      );
      return documents;
    }),
  (name, f) => (input) =>
    within(
      `execute_tool ${name}`,
      { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': name, 'gen_ai.tool.call.arguments': JSON.stringify(input) },
      (span) => {
        const result = f(input);
        span.setAttribute('gen_ai.tool.call.result', result);
        return result;
      },
    ),
  {},
);
await sdk.shutdown();
