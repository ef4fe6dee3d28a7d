// What the recorded applications have in common; the same questions, tools and log as python/application.py.
import { appendFileSync } from 'node:fs';

export const CASE = process.argv[2] ?? 'chat';
export const MODEL = 'gpt-4o-mini';
export const SESSION = 'session-1';
export const USER = 'user-7';
export const OTLP = process.env.CAPTURE_OTLP;
export const INSTRUCTIONS = "You are a shop's assistant. Answer briefly.";
export const QUESTIONS = {
  chat: ['What is the capital of France?', 'And how many people live there?'],
  rag: ['How long is the warranty of the kettle?'],
  agent: ['How is the weather in Paris?'],
  'tool-failure': ['Where is my order 42?'],
}[CASE];
const DOCUMENTS = [
  { id: 'manual-7', text: 'The kettle comes with two years of warranty.', score: 0.92 },
  { id: 'manual-9', text: 'The toaster has a crumb tray.', score: 0.41 },
];

function log(event, facts) {
  appendFileSync(process.env.CAPTURE_LOG, JSON.stringify({ event, ...facts }) + '\n');
}

export const asked = (question, facts) =>
  log('asked', { question, session: SESSION, user: USER, ...facts });
export const answered = (answer) => log('answered', { answer });
export const failed = (error) => log('failed', { error: error.message });

export function getWeather({ city }) {
  const result = `18 degrees and sunny in ${city}`;
  log('tool', { name: 'get_weather', arguments: { city }, result });
  return result;
}

export function lookupOrder({ order_id }) {
  const error = 'the order service is down';
  log('tool', { name: 'lookup_order', arguments: { order_id }, error });
  throw new Error(error);
}

export function search(query) {
  log('documents', { query, documents: DOCUMENTS });
  return DOCUMENTS;
}

export const context = (documents) =>
  'Answer from these documents:\n' + documents.map((d) => d.text).join('\n');

export const TOOL_DEFINITIONS = [
  ['get_weather', 'Weather of a city', 'city'],
  ['lookup_order', 'State of an order', 'order_id'],
].map(([name, description, parameter]) => ({
  type: 'function',
  function: {
    name,
    description,
    parameters: { type: 'object', properties: { [parameter]: { type: 'string' } }, required: [parameter] },
  },
}));
