import { openTelemetry } from 'ai-durable-transport/otel';
import type { ChatAppOptions } from '../support/chat-app.js';
import { startInstances } from '../support/start-instances.js';
import { memorySdk } from './memory-sdk.js';

/** An instance, and what its telemetry exports. */
export async function startTraced(options: ChatAppOptions) {
  const sdk = memorySdk();
  const { tracer, meter } = sdk;
  const telemetry = openTelemetry({ tracer, meter });
  const instances = await startInstances({ ...options, ...telemetry }, 1);
  return {
    sdk,
    one: instances.one,
    async [Symbol.asyncDispose]() {
      await instances[Symbol.asyncDispose]();
      await sdk.close();
    },
  };
}
