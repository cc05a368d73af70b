import { anthropic } from '@ai-sdk/anthropic';
import { openai } from '@ai-sdk/openai';
import type { LanguageModel } from 'ai';
import { demoModel } from '@/lib/scripted-model';

interface NamedModel {
  readonly model: LanguageModel;
  readonly name: string;
}

/** A real model where a key is at hand, else one that plays a script. */
function chooseModel(): NamedModel {
  if (process.env['OPENAI_API_KEY']) {
    return { model: openai('gpt-5-mini'), name: 'OpenAI' };
  }
  if (process.env['ANTHROPIC_API_KEY']) {
    return { model: anthropic('claude-sonnet-4-5'), name: 'Anthropic' };
  }
  return { model: demoModel, name: 'Scripted model' };
}

export const { model, name: modelName } = chooseModel();
