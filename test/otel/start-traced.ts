import { openTelemetry } from 'ai-durable-transport/otel';
import type { ChatAppOptions } from '../support/chat-app.js';
import { halfWay } from '../support/observed-instances.js';
import { startInstances, type Instances } from '../support/start-instances.js';
import { memorySdk } from './memory-sdk.js';

/** Telemetry, and the SDK that it exports to. */
export function tracing() {
  const sdk = memorySdk();
  const { tracer, meter } = sdk;
  return { sdk, telemetry: openTelemetry({ tracer, meter }) };
}

/** An instance, and what its telemetry exports. */
export async function startTraced(options: ChatAppOptions) {
  const { sdk, telemetry } = tracing();
  const instances = await startInstances({ ...options, ...telemetry }, 1);
  return traced(sdk, instances);
}

/** The same in the middle of an answer, which comes to its `end` when asked. */
export async function halfTraced(options: ChatAppOptions, chatId: string) {
  const { sdk, telemetry } = tracing();
  const half = await halfWay({ ...options, ...telemetry }, chatId);
  return { ...traced(sdk, half.instances), end: half.end };
}

function traced(sdk: ReturnType<typeof memorySdk>, instances: Instances) {
  return {
    sdk,
    one: instances.one,
    async [Symbol.asyncDispose]() {
      await instances[Symbol.asyncDispose]();
      await sdk.close();
    },
  };
}
