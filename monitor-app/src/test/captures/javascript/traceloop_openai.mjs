// OpenLLMetry for JavaScript (Traceloop's SDK) on the OpenAI client, with its wrappers.
import * as traceloop from '@traceloop/node-server-sdk';
import OpenAI from 'openai';

import { OTLP, SESSION, USER } from './application.mjs';
import { run } from './openai_application.mjs';

traceloop.initialize({
  appName: 'shop', baseUrl: OTLP, apiKey: 'none', silenceInitializationMessage: true, instrumentModules: { openAI: OpenAI },
});

const turn = (answer, question) =>
  traceloop.withAssociationProperties({ session_id: SESSION, user_id: USER }, () =>
    traceloop.withWorkflow({ name: 'assistant' }, (asked) => answer(asked), question));

await run(
  new OpenAI(),
  turn,
  (search) => (query) => traceloop.withTask({ name: 'manuals' }, async (q) => search(q), query),
  (name, f) => (input) => traceloop.withTool({ name }, async (a) => f(a), input),
  {},
);
await traceloop.forceFlush();
