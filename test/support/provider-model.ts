import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { jsonSchema, tool, type LanguageModel, type ToolSet } from 'ai';
import {
  toolNamesOf,
  type ProviderConversation,
} from './provider-conversation.js';

/** The provider's real package, speaking to this address. */
export function providerModel(
  { api }: ProviderConversation,
  baseURL: string,
): LanguageModel {
  const settings = { baseURL, apiKey: 'x' };
  switch (api) {
    case 'openai-chat':
      return createOpenAI(settings).chat('gpt-4.1-nano');
    case 'openai-responses':
      return createOpenAI(settings).responses('gpt-5');
    case 'anthropic':
      return createAnthropic(settings)('claude-sonnet-4-5');
    case 'google':
      return createGoogleGenerativeAI(settings)('gemini-3-pro-preview');
  }
}

/** The provider's own tools, and one for every other that the model calls. */
export function providerTools(conversation: ProviderConversation): ToolSet {
  return {
    ...ownTools(conversation),
    ...Object.fromEntries(
      toolNamesOf(conversation).map((name) => [name, echo]),
    ),
  };
}

const echo = tool({
  description: 'Says what it was called with',
  inputSchema: jsonSchema<unknown>({ type: 'object' }),
  execute: (input) => Promise.resolve({ calledWith: input }),
});

function ownTools({ api }: ProviderConversation): ToolSet {
  switch (api) {
    case 'openai-responses': {
      const { tools } = createOpenAI({ apiKey: 'x' });
      const mcp = { serverLabel: 'own', serverUrl: 'https://mcp.example/' };
      return {
        webSearch: tools.webSearch({}),
        generateImage: tools.imageGeneration({ outputFormat: 'webp' }),
        mcp: tools.mcp({ ...mcp, requireApproval: 'always' }),
      };
    }
    case 'anthropic': {
      const { tools } = createAnthropic({ apiKey: 'x' });
      return { code_execution: tools.codeExecution_20250825() };
    }
    case 'openai-chat':
    case 'google':
      return {};
  }
}
