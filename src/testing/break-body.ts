import { breakMeter } from './break-meter.js';
import type { Fault } from './fault.js';
import { networkErrorMessages } from './network-error-messages.js';

export type BodyFault = Extract<Fault, { kind: 'cut' | 'end' | 'stall' }>;

type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>;
type Reader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

/**
 * A response whose body breaks off as the fault says. Where the body is shorter
 * than that, nothing happens to it.
 */
export function breakBody(
  response: Response,
  fault: BodyFault,
  signal: AbortSignal | undefined,
): Response {
  if (response.body === null) return response;
  const { status, statusText, headers, url } = response;
  const broken = new Response(brokenStream(response.body, fault, signal), {
    status,
    statusText,
    headers,
  });
  return Object.defineProperty(broken, 'url', { value: url });
}

function brokenStream(
  body: Bytes,
  fault: BodyFault,
  signal: AbortSignal | undefined,
): Bytes {
  const reader = body.getReader();
  const meter = breakMeter(fault);
  return new ReadableStream(
    {
      // One step a pull: an error that came in the pull of the last bytes
      // would take them away from the reader.
      async pull(controller) {
        if (meter.isReached())
          return breakOff(controller, { reader, fault, signal });
        const { done, value } = await reader.read();
        if (done) return controller.close();
        controller.enqueue(value.subarray(0, meter.take(value)));
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

async function breakOff(
  controller: ReadableStreamDefaultController,
  how: { reader: Reader; fault: BodyFault; signal: AbortSignal | undefined },
): Promise<void> {
  // Nobody is told of a half-open socket, the server neither.
  if (how.fault.kind === 'stall') return silence(how.signal);
  void how.reader.cancel().catch(() => undefined);
  if (how.fault.kind === 'end') return controller.close();
  controller.error(
    new TypeError(how.fault.message ?? networkErrorMessages.chromium.body),
  );
}

function silence(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    const onAbort = (): void => reject(signal?.reason);
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}
