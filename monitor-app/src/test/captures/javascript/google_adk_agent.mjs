// Google's ADK for JavaScript, its model an OpenAI-compatible one: OTEL_EXPORTER_OTLP_ENDPOINT says where spans go.
import { BaseLlm, FunctionTool, InMemoryRunner, LlmAgent, isFinalResponse, maybeSetOtelProviders } from '@google/adk';
import { trace } from '@opentelemetry/api';
import { detectResources, envDetector } from '@opentelemetry/resources';
import OpenAI from 'openai';
import { z } from 'zod';

import { CASE, INSTRUCTIONS, MODEL, QUESTIONS, SESSION, USER, answered, asked, failed, getWeather, lookupOrder } from './application.mjs';

class OpenAiLlm extends BaseLlm {
  client = new OpenAI();

  async *generateContentAsync(request) {
    const messages = [{ role: 'system', content: request.config.systemInstruction }];
    for (const { role, parts } of request.contents) {
      const calls = parts.filter((part) => part.functionCall).map(({ functionCall }) => ({
        id: functionCall.id,
        type: 'function',
        function: { name: functionCall.name, arguments: JSON.stringify(functionCall.args) },
      }));
      for (const { functionResponse } of parts.filter((part) => part.functionResponse)) {
        messages.push({ role: 'tool', tool_call_id: functionResponse.id, content: JSON.stringify(functionResponse.response) });
      }
      const text = parts.map((part) => part.text ?? '').join('');
      if (text || calls.length) {
        messages.push({
          role: role === 'model' ? 'assistant' : 'user', content: text, ...(calls.length && { tool_calls: calls }),
        });
      }
    }
    const tools = Object.values(request.toolsDict).map((tool) => tool._getDeclaration()).map((declared) => ({
      type: 'function',
      function: { name: declared.name, description: declared.description, parameters: declared.parameters },
    }));
    const completion = await this.client.chat.completions.create({
      model: this.model, messages, ...(tools.length && { tools }),
    });
    const reply = completion.choices[0].message;
    const parts = (reply.tool_calls ?? []).map((call) => ({
      functionCall: { id: call.id, name: call.function.name, args: JSON.parse(call.function.arguments) },
    }));
    yield {
      content: { role: 'model', parts: reply.content ? [{ text: reply.content }, ...parts] : parts },
      usageMetadata: {
        promptTokenCount: completion.usage.prompt_tokens,
        candidatesTokenCount: completion.usage.completion_tokens,
        totalTokenCount: completion.usage.total_tokens,
      },
      modelVersion: completion.model,
      finishReason: 'STOP',
    };
  }
}

// without a resource it says of no application
maybeSetOtelProviders([], detectResources({ detectors: [envDetector] }));
const tools = [
  ['get_weather', 'Weather of a city', z.object({ city: z.string() }), getWeather],
  ['lookup_order', 'State of an order', z.object({ order_id: z.string() }), lookupOrder],
].map(([name, description, parameters, execute]) => new FunctionTool({ name, description, parameters, execute }));
const agent = new LlmAgent({
  name: 'assistant', model: new OpenAiLlm({ model: MODEL }), instruction: INSTRUCTIONS, tools: CASE === 'chat' ? [] : tools,
});
const runner = new InMemoryRunner({ agent, appName: 'shop' });
await runner.sessionService.createSession({ appName: 'shop', userId: USER, sessionId: SESSION });
for (const question of QUESTIONS) {
  asked(question, { types: ['AGENT'] });
  let text = '';
  try {
    const newMessage = { role: 'user', parts: [{ text: question }] };
    for await (const event of runner.runAsync({ userId: USER, sessionId: SESSION, newMessage })) {
      if (isFinalResponse(event)) text = (event.content?.parts ?? []).map((part) => part.text ?? '').join('');
    }
    answered(text);
  } catch (e) {
    failed(e);
  }
}
await trace.getTracerProvider().getDelegate().forceFlush();
